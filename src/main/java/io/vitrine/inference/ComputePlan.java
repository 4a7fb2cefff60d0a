package io.vitrine.inference;

import io.vitrine.ConfigurationException;
import io.vitrine.graph.Precision;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The engine that runs a model, and its precision.
 *
 * @param fallback what happens if the engine cannot be loaded on an executor
 * @param notes warnings and remarks for the user
 */
public record ComputePlan(InferenceEngine engine, Precision precision, Fallback fallback, List<String> notes)
        implements Serializable {
    /** 32-bit floats on ONNX Runtime. */
    public static final ComputePlan EXACT = of(InferenceEngine.onnxruntime, Precision.fp32);

    /** What happens if the engine cannot be loaded. */
    public enum Fallback {
        /** The run fails. */
        NONE,
        /** ONNX Runtime takes over: nobody asked for PyTorch, and the features are the same. */
        ONNX_RUNTIME
    }

    /** This engine and this precision, without a fallback. */
    public static ComputePlan of(InferenceEngine engine, Precision precision) {
        return new ComputePlan(engine, precision, Fallback.NONE, List.of());
    }

    /**
     * Chooses what the request leaves open: fp32, on the engine that needs the least CPU time.
     *
     * <p>In fp32 that is PyTorch on Intel processors with AVX-512 and ONNX Runtime on all others. bf16 needs PyTorch, because
     * ONNX Runtime has no bfloat16 kernels for CPUs. GPUs, fp16 and int8 need ONNX Runtime.
     *
     * @param engine the requested engine; empty for any
     * @param precision the requested precision; empty for fp32
     * @param cpu the processor of this machine, which stands for those of the executors
     * @throws ConfigurationException if the request contradicts itself, or this machine lacks the engine's libraries
     */
    public static ComputePlan choose(
            Optional<InferenceEngine> engine, Optional<Precision> precision, DeviceType device, CpuFeatures cpu) {
        Precision chosenPrecision = precision.orElse(Precision.fp32);
        InferenceEngine chosenEngine = engine.orElseGet(() -> cheapest(chosenPrecision, device, cpu));
        check(chosenEngine, chosenPrecision, device);
        boolean mayFallBack =
                engine.isEmpty() && chosenEngine == InferenceEngine.pytorch && chosenPrecision == Precision.fp32;
        List<String> notes = new ArrayList<>();
        note(chosenPrecision, device, cpu).ifPresent(notes::add);
        if (mayFallBack) {
            notes.add("fp32 runs on pytorch, which takes less CPU time than onnxruntime on CPUs like this one");
        }
        return new ComputePlan(
                chosenEngine, chosenPrecision, mayFallBack ? Fallback.ONNX_RUNTIME : Fallback.NONE, List.copyOf(notes));
    }

    private static InferenceEngine cheapest(Precision precision, DeviceType device, CpuFeatures cpu) {
        if (device == DeviceType.GPU) {
            return InferenceEngine.onnxruntime;
        }
        return switch (precision) {
            case bf16 -> InferenceEngine.pytorch;
            case fp32 ->
                cpu.isIntelWithAvx512() && InferenceEngine.pytorch.isAvailable()
                        ? InferenceEngine.pytorch
                        : InferenceEngine.onnxruntime;
            case fp16, int8 -> InferenceEngine.onnxruntime;
        };
    }

    private static void check(InferenceEngine engine, Precision precision, DeviceType device) {
        boolean onGpu = device == DeviceType.GPU;
        if (onGpu && engine == InferenceEngine.pytorch) {
            throw new ConfigurationException(
                    "--engine pytorch runs on CPUs only. For GPUs take --engine onnxruntime, or take --device cpu.");
        }
        if (onGpu && (precision == Precision.bf16 || precision == Precision.int8)) {
            throw new ConfigurationException("--precision " + precision + " is for CPUs. On GPUs take fp16 or fp32.");
        }
        if (precision == Precision.bf16 && engine == InferenceEngine.onnxruntime) {
            throw new ConfigurationException(
                    "ONNX Runtime has no bfloat16 kernels for CPUs. Leave --engine out, or take --engine pytorch.");
        }
        if ((precision == Precision.int8 || precision == Precision.fp16) && engine == InferenceEngine.pytorch) {
            throw new ConfigurationException(
                    "--precision " + precision + " needs --engine onnxruntime. On PyTorch take bf16 or fp32.");
        }
        engine.requireAvailable();
    }

    private static Optional<String> note(Precision precision, DeviceType device, CpuFeatures cpu) {
        return switch (precision) {
            case bf16 ->
                Optional.of(cpu.bfloat16Instructions()
                        .map(instructions -> "bf16 runs on pytorch with this CPU's " + instructions + " instructions")
                        .orElse(
                                "THIS CPU HAS NO BFLOAT16 INSTRUCTIONS (AMX or AVX512-BF16), so bf16 costs more than fp32"
                                        + " and is less exact; take fp32 or int8"));
            case fp16 ->
                device == DeviceType.GPU
                        ? Optional.empty()
                        : Optional.of(
                                "FP16 IS FOR GPUS: CPUs compute in fp32 between conversions, which is slower and less"
                                        + " exact than fp32");
            case int8 ->
                Optional.of(
                        "int8 is approximate; the report gives the error on the first images of this run, and the run"
                                + " stops if it is too large");
            case fp32 -> Optional.empty();
        };
    }

    /** Precision and engine, such as {@code fp32 on onnxruntime}. */
    public String describe() {
        return precision + " on " + engine;
    }
}
