package io.vitrine.cuda;

import io.vitrine.testkit.BuildTool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compiles C++ of tests with g++; skips the test where there is none. */
final class GnuCompiler {
    private GnuCompiler() {}

    static void compile(Path source, Path library, List<String> options) {
        BuildTool.require("g++");
        List<String> command = new ArrayList<>(List.of("g++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror"));
        command.addAll(options);
        command.addAll(List.of("-shared", "-fPIC", "-o", library.toString(), source.toString()));
        BuildTool.run(command).requireSuccess();
    }
}
