package io.vitrine.gpu;

import com.sun.jna.Native;
import io.vitrine.testkit.BuildTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Compiles the kernels for the CPU, with g++. Each version is compiled once, to a library under {@code target}. */
final class KernelCompiler {
    /** The kernels as they are shipped. */
    static final Path SOURCES = Path.of("src/main/resources/io/vitrine/gpu");

    private static final Path EMULATION = Path.of("src/test/cpp");
    private static final List<String> UNITS = List.of("emulator.cpp", "fibers.cpp", "memory.cpp");

    /** Each library calls its own functions, though others have functions of the same names. */
    private static final String OWN_SYMBOLS = "-Wl,-Bsymbolic";

    private static final List<String> COMMAND = List.of(
            "g++", "-std=c++17", "-O2", "-ffp-contract=off", "-fPIC", "-shared", OWN_SYMBOLS, "-Wno-unknown-pragmas");
    private static final Map<Path, Emulator> LIBRARIES = new ConcurrentHashMap<>();

    private KernelCompiler() {}

    /** The kernels in a folder. Skips the test, saying why, where there is no g++. */
    static Emulator compile(Path sources) {
        BuildTool.require("g++");
        return LIBRARIES.computeIfAbsent(sources, KernelCompiler::load);
    }

    private static Emulator load(Path sources) {
        try {
            Path library =
                    Path.of("target", "kernels-" + version(sources) + ".so").toAbsolutePath();
            if (!Files.exists(library)) {
                Files.createDirectories(library.getParent());
                Path unfinished = Files.createTempFile(library.getParent(), "kernels-", ".so.tmp");
                List<String> command = new ArrayList<>(COMMAND);
                command.addAll(List.of("-I", sources.toString(), "-o", unfinished.toString()));
                UNITS.forEach(unit -> command.add(EMULATION.resolve(unit).toString()));
                BuildTool.run(command).requireSuccess();
                Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE);
            }
            return Native.load(library.toString(), Emulator.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes with the sources and the command. */
    private static String version(Path sources) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
        digest.update(COMMAND.toString().getBytes(StandardCharsets.UTF_8));
        for (Path folder : List.of(sources, EMULATION)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    digest.update(Files.readAllBytes(file));
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
