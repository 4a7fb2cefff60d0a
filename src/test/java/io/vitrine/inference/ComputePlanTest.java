package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.ConfigurationException;
import io.vitrine.graph.Precision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which engine and precision are chosen for a processor, and what the user is told. */
final class ComputePlanTest {
    private enum Cpu {
        ZEN5,
        SAPPHIRE_RAPIDS,
        HASWELL;

        CpuFeatures features() {
            return switch (this) {
                case ZEN5 -> parse("AuthenticAMD", "avx512f avx512_bf16");
                case SAPPHIRE_RAPIDS -> parse("GenuineIntel", "avx512f avx512_bf16 amx_bf16");
                case HASWELL -> parse("GenuineIntel", "sse2 avx2");
            };
        }

        private static CpuFeatures parse(String vendor, String flags) {
            return CpuFeatures.parse(List.of(
                    "processor\t: 0", "vendor_id\t: " + vendor, "flags\t\t: " + flags, "flags\t\t: of another"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ZEN5, CPU, onnxruntime",
        "SAPPHIRE_RAPIDS, CPU, pytorch",
        "HASWELL, CPU, onnxruntime",
        "SAPPHIRE_RAPIDS, GPU, onnxruntime"
    })
    void fp32RunsOnTheCheapestEngine(Cpu cpu, DeviceType device, InferenceEngine engine) {
        assumePyTorch();
        ComputePlan plan = choose(null, null, device, cpu);
        assertThat(plan.describe()).isEqualTo("fp32 on " + engine);
        assertThat(plan.notes()).hasSize(engine == InferenceEngine.pytorch ? 1 : 0);
    }

    @Test
    void fp32OnAChosenPyTorchFallsBackToOnnxRuntime() {
        assumePyTorch();
        assertThat(choose(null, null, DeviceType.CPU, Cpu.SAPPHIRE_RAPIDS).fallback())
                .isEqualTo(ComputePlan.Fallback.ONNX_RUNTIME);
        assertThat(choose(InferenceEngine.pytorch, null, DeviceType.CPU, Cpu.SAPPHIRE_RAPIDS)
                        .fallback())
                .isEqualTo(ComputePlan.Fallback.NONE);
        assertThat(choose(null, Precision.bf16, DeviceType.CPU, Cpu.SAPPHIRE_RAPIDS)
                        .fallback())
                .isEqualTo(ComputePlan.Fallback.NONE);
    }

    @Test
    void aRequestedEngineHasNoNotes() {
        assertThat(choose(InferenceEngine.onnxruntime, null, DeviceType.CPU, Cpu.SAPPHIRE_RAPIDS)
                        .notes())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "SAPPHIRE_RAPIDS, bf16 runs on pytorch with this CPU's AMX instructions",
        "ZEN5, bf16 runs on pytorch with this CPU's AVX512-BF16 instructions",
        "HASWELL, THIS CPU HAS NO BFLOAT16 INSTRUCTIONS"
    })
    void bf16RunsOnPyTorchAndNamesTheInstructions(Cpu cpu, String note) {
        assumePyTorch();
        ComputePlan plan = choose(null, Precision.bf16, DeviceType.CPU, cpu);
        assertThat(plan.describe()).isEqualTo("bf16 on pytorch");
        assertThat(plan.notes()).singleElement().asString().startsWith(note);
    }

    @Test
    void fp16IsDiscouragedOnCpusOnly() {
        assertThat(choose(null, Precision.fp16, DeviceType.CPU, Cpu.ZEN5).notes())
                .singleElement()
                .asString()
                .startsWith("FP16 IS FOR GPUS");
        assertThat(choose(null, Precision.fp16, DeviceType.GPU, Cpu.ZEN5).notes())
                .isEmpty();
    }

    @Test
    void int8IsCalledApproximate() {
        assertThat(choose(null, Precision.int8, DeviceType.CPU, Cpu.ZEN5).notes())
                .singleElement()
                .asString()
                .contains("approximate");
    }

    @ParameterizedTest
    @CsvSource({
        "onnxruntime, bf16, CPU, has no bfloat16 kernels",
        "pytorch, int8, CPU, --precision int8 needs --engine onnxruntime",
        "pytorch, , GPU, --engine pytorch runs on CPUs only",
        ", bf16, GPU, --precision bf16 is for CPUs"
    })
    void contradictionsAreRejected(InferenceEngine engine, Precision precision, DeviceType device, String message) {
        assertThatThrownBy(() -> choose(engine, precision, device, Cpu.ZEN5))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    private static ComputePlan choose(InferenceEngine engine, Precision precision, DeviceType device, Cpu cpu) {
        return ComputePlan.choose(Optional.ofNullable(engine), Optional.ofNullable(precision), device, cpu.features());
    }

    private static void assumePyTorch() {
        assumeTrue(
                InferenceEngine.pytorch.isAvailable(),
                "the class path has PyTorch's libraries for Linux on x86-64 only");
    }
}
