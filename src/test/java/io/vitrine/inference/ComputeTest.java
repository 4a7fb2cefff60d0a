package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.VitrineException;
import io.vitrine.graph.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which engine runs which numbers, on which processor, and what is said about it. */
final class ComputeTest {
    private static final CpuFeatures ZEN5 = cpu("AuthenticAMD", "avx512f avx512_bf16");
    private static final CpuFeatures SAPPHIRE = cpu("GenuineIntel", "avx512f avx512_bf16 amx_bf16");
    private static final CpuFeatures OLD = cpu("GenuineIntel", "sse2 avx2");

    private static CpuFeatures cpu(String vendor, String flags) {
        return CpuFeatures.parse(
                List.of("processor\t: 0", "vendor_id\t: " + vendor, "flags\t\t: " + flags, "flags\t\t: of another"));
    }

    @Test
    void exactNumbersRunOnTheCheaperEngine() {
        assumePyTorch();
        assertThat(Compute.choose(null, null, false, ZEN5).inWords()).isEqualTo("fp32 on onnxruntime");
        assertThat(Compute.choose(null, null, false, SAPPHIRE).inWords()).isEqualTo("fp32 on pytorch");
        assertThat(Compute.choose(null, null, false, SAPPHIRE).notes()).hasSize(1);
        assertThat(Compute.choose(null, null, false, OLD).inWords()).isEqualTo("fp32 on onnxruntime");
        assertThat(Compute.choose(null, null, true, SAPPHIRE).inWords()).isEqualTo("fp32 on onnxruntime");
        assertThat(Compute.choose(Engine.onnxruntime, null, false, SAPPHIRE).notes())
                .isEmpty();
    }

    @Test
    void bfloat16RunsWhereThereAreKernelsAndSaysSo() {
        assumePyTorch();
        Compute amx = Compute.choose(null, Precision.bf16, false, SAPPHIRE);
        assertThat(amx.inWords()).isEqualTo("bf16 on pytorch");
        assertThat(amx.notes()).containsExactly("bf16 runs on pytorch with this CPU's AMX instructions");
        assertThat(Compute.choose(null, Precision.bf16, false, ZEN5).notes().get(0))
                .contains("AVX512-BF16");
        assertThat(Compute.choose(null, Precision.bf16, false, OLD).notes().get(0))
                .startsWith("THIS CPU HAS NO BFLOAT16 INSTRUCTIONS");
    }

    @Test
    void halvesOnCpusAndIntegersAreSaidToBeWhatTheyAre() {
        assertThat(Compute.choose(null, Precision.fp16, false, ZEN5).notes().get(0))
                .startsWith("FP16 IS FOR GPUS");
        assertThat(Compute.choose(null, Precision.fp16, true, ZEN5).notes()).isEmpty();
        assertThat(Compute.choose(null, Precision.int8, false, ZEN5).notes().get(0))
                .contains("approximate");
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        refused(Engine.onnxruntime, Precision.bf16, false, "has no bfloat16 kernels");
        refused(Engine.pytorch, Precision.int8, false, "--precision int8 needs --engine onnxruntime");
        refused(Engine.pytorch, null, true, "--engine pytorch runs on CPUs only");
        refused(null, Precision.bf16, true, "--precision bf16 is for CPUs");
    }

    private static void assumePyTorch() {
        assumeTrue(Engine.pytorch.isHere(), "PyTorch's libraries are on the class path for Linux on x86-64 only");
    }

    private static void refused(Engine engine, Precision precision, boolean onGpu, String why) {
        assertThatThrownBy(() -> Compute.choose(engine, precision, onGpu, ZEN5))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why);
    }
}
