package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.VitrineException;
import io.vitrine.graph.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which engine runs which numbers, on which processor, and what is said about it. */
final class ComputePlanTest {
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
        assertThat(ComputePlan.choose(null, null, false, ZEN5).inWords()).isEqualTo("fp32 on onnxruntime");
        assertThat(ComputePlan.choose(null, null, false, SAPPHIRE).inWords()).isEqualTo("fp32 on pytorch");
        assertThat(ComputePlan.choose(null, null, false, SAPPHIRE).notes()).hasSize(1);
        assertThat(ComputePlan.choose(null, null, false, OLD).inWords()).isEqualTo("fp32 on onnxruntime");
        assertThat(ComputePlan.choose(null, null, true, SAPPHIRE).inWords()).isEqualTo("fp32 on onnxruntime");
        assertThat(ComputePlan.choose(InferenceEngine.onnxruntime, null, false, SAPPHIRE)
                        .notes())
                .isEmpty();
    }

    @Test
    void bfloat16RunsWhereThereAreKernelsAndSaysSo() {
        assumePyTorch();
        ComputePlan amx = ComputePlan.choose(null, Precision.bf16, false, SAPPHIRE);
        assertThat(amx.inWords()).isEqualTo("bf16 on pytorch");
        assertThat(amx.notes()).containsExactly("bf16 runs on pytorch with this CPU's AMX instructions");
        assertThat(ComputePlan.choose(null, Precision.bf16, false, ZEN5).notes().get(0))
                .contains("AVX512-BF16");
        assertThat(ComputePlan.choose(null, Precision.bf16, false, OLD).notes().get(0))
                .startsWith("THIS CPU HAS NO BFLOAT16 INSTRUCTIONS");
    }

    @Test
    void halvesOnCpusAndIntegersAreSaidToBeWhatTheyAre() {
        assertThat(ComputePlan.choose(null, Precision.fp16, false, ZEN5).notes().get(0))
                .startsWith("FP16 IS FOR GPUS");
        assertThat(ComputePlan.choose(null, Precision.fp16, true, ZEN5).notes()).isEmpty();
        assertThat(ComputePlan.choose(null, Precision.int8, false, ZEN5).notes().get(0))
                .contains("approximate");
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        refused(InferenceEngine.onnxruntime, Precision.bf16, false, "has no bfloat16 kernels");
        refused(InferenceEngine.pytorch, Precision.int8, false, "--precision int8 needs --engine onnxruntime");
        refused(InferenceEngine.pytorch, null, true, "--engine pytorch runs on CPUs only");
        refused(null, Precision.bf16, true, "--precision bf16 is for CPUs");
    }

    private static void assumePyTorch() {
        assumeTrue(
                InferenceEngine.pytorch.isHere(), "PyTorch's libraries are on the class path for Linux on x86-64 only");
    }

    private static void refused(InferenceEngine engine, Precision precision, boolean onGpu, String why) {
        assertThatThrownBy(() -> ComputePlan.choose(engine, precision, onGpu, ZEN5))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why);
    }
}
