package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.testkit.BuildTool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CUDA's compiler takes the kernels for the GPUs that are in use, and keeps what they compute in registers. */
final class KernelsForGpusIT {
    private static final List<Integer> ARCHITECTURES = List.of(75, 80, 86, 89, 90);
    private static final int KERNELS = 7;

    /** What threads put into memory because they lack registers. A few bytes cost nothing. */
    private static final int MAX_SPILLED_BYTES = 16;

    private static final int MAX_STACK_BYTES = 32; // an array that is not in registers takes more

    private static final Pattern USE = Pattern.compile(
            "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads", Pattern.CASE_INSENSITIVE);

    @Test
    void nothingSpills(@TempDir Path folder) {
        BuildTool.require("nvcc");
        for (int architecture : ARCHITECTURES) {
            String printed = compile(architecture, folder.resolve("kernels.cubin"));
            Matcher use = USE.matcher(printed);
            int kernels = 0;
            for (; use.find(); kernels++) {
                assertThat(Integer.parseInt(use.group(1))).as(printed).isLessThanOrEqualTo(MAX_STACK_BYTES);
                assertThat(Integer.parseInt(use.group(2))).as(printed).isLessThanOrEqualTo(MAX_SPILLED_BYTES);
                assertThat(Integer.parseInt(use.group(3))).as(printed).isLessThanOrEqualTo(2 * MAX_SPILLED_BYTES);
            }
            assertThat(kernels).as(printed).isEqualTo(KERNELS);
        }
    }

    private static String compile(int architecture, Path to) {
        List<String> command = new ArrayList<>(List.of("nvcc", "-std=c++17", "-cubin", "-Xptxas", "-v"));
        command.add("-arch=sm_" + architecture);
        command.addAll(List.of(
                "-o",
                to.toString(),
                KernelCompiler.SOURCES.resolve("kernels.cu").toString()));
        return BuildTool.run(command).requireSuccess().printed();
    }
}
