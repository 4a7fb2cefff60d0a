package io.vitrine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the real compiler. */
final class NvrtcTest {
    private static final int ELF_MACHINE_CUDA = 190; // EM_CUDA, in the ELF header's e_machine

    private static Nvrtc nvrtc;

    @BeforeAll
    static void find() {
        nvrtc = InstalledNvrtc.find();
    }

    private static Program program(String body) {
        return new Program(
                "small.cu",
                "#include \"sum.h\"\nextern \"C\" __global__ void small(Sum sum) {\n" + body + "\n}\n",
                Map.of("sum.h", "struct Sum { const float *a, *b; float *to; };\n"));
    }

    private static final Program SMALL =
            program("  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;\n  sum.to[i] += sum.a[i] * sum.b[i];");

    @ParameterizedTest
    @ValueSource(ints = {75, 80, 90})
    void compilesForAnArchitecture(int architecture) {
        MachineCode code = nvrtc.compile(SMALL, architecture);
        assertThat(code.compiler()).isEqualTo(nvrtc.version() + " for sm_" + architecture);
        assertThat(code.bytes()).startsWith(0x7F, 'E', 'L', 'F');
        assertThat(code.bytes()[18] & 0xFF).isEqualTo(ELF_MACHINE_CUDA);
        assertThat(new String(code.bytes(), StandardCharsets.ISO_8859_1)).contains(".text.small");
    }

    /** No GPU has 8.1; the newest below is 8.0. PTX also shows that a product and a sum stay two operations. */
    @Test
    void compilesPtxForAGpuThatItDoesNotKnow() {
        MachineCode code = nvrtc.compile(SMALL, 81);
        assertThat(code.compiler()).endsWith(" for compute_80");
        assertThat(new String(code.bytes(), StandardCharsets.US_ASCII))
                .contains(".target sm_80", ".entry small", "mul.rn.f32", "add.rn.f32")
                .doesNotContain("fma");
    }

    @Test
    void aSyntaxErrorShowsWithFileAndLine() {
        assertThatThrownBy(() -> nvrtc.compile(program("  int wrong = ;"), 80))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(
                        nvrtc.version() + " cannot compile small.cu for sm_80 (NVRTC_ERROR_COMPILATION): ")
                .hasMessageContaining("small.cu(3): error: expected an expression");
        Program header = new Program("main.cu", "#include \"bad.h\"\n", Map.of("bad.h", "\nint wrong = ;\n"));
        assertThatThrownBy(() -> nvrtc.compile(header, 80)).hasMessageContaining("bad.h(2): error: ");
        assertThatThrownBy(() -> nvrtc.compile(new Program("main.cu", "#include \"none.h\"\n", Map.of()), 80))
                .hasMessageContaining("main.cu(1): ")
                .hasMessageContaining("none.h");
    }

    @Test
    void aGpuThatIsTooOld() {
        assertThatThrownBy(() -> nvrtc.compile(SMALL, 20))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching(
                        "NVRTC .* compiles for GPUs of compute capability \\d\\.\\d and later; this one has 2\\.0\\."
                                + " Install an older NVRTC");
    }

    /** A frame of the compiler for each of them would not fit a stack of 1 MiB. */
    @Test
    void deepSourceDoesNotOverflowTheStack() {
        int depth = 20_000;
        String deep = "(".repeat(depth) + "1" + ")".repeat(depth);
        MachineCode code = nvrtc.compile(program("  sum.to[0] = " + deep + ";"), 80);
        assertThat(code.bytes()).startsWith(0x7F, 'E', 'L', 'F');
    }
}
