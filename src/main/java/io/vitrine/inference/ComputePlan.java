package io.vitrine.inference;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.graph.Precision;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs a model, and in which numbers.
 *
 * @param mayFallBack whether ONNX Runtime takes over where PyTorch cannot be loaded: nobody asked for PyTorch, and the numbers
 *     are the same
 * @param notes what a person should know about it
 */
public record ComputePlan(InferenceEngine engine, Precision precision, boolean mayFallBack, List<String> notes)
        implements Serializable {
    /** The reference's numbers on ONNX Runtime. */
    public static final ComputePlan EXACT = of(InferenceEngine.onnxruntime, Precision.fp32);

    /** Exactly this. */
    public static ComputePlan of(InferenceEngine engine, Precision precision) {
        return new ComputePlan(engine, precision, false, List.of());
    }

    /**
     * Chooses what was left open: exact numbers, on the engine that is cheaper on the CPU.
     *
     * <p>In fp32 that is PyTorch on Intel's AVX-512 processors, where it took 0.249 CPU-seconds a ViT-Base image against 0.28
     * of ONNX Runtime, and ONNX Runtime elsewhere, which is as fast there. bf16 needs PyTorch: ONNX Runtime has no kernels for
     * it on CPUs. GPUs, fp16 and int8 need ONNX Runtime.
     *
     * @param engine asked for, or null
     * @param precision asked for, or null
     * @param onGpu whether GPUs run the model
     * @param cpu of this machine, which is taken for the executors' too
     * @throws VitrineException if they do not go together, or the engine is not on the class path
     */
    public static ComputePlan choose(InferenceEngine engine, Precision precision, boolean onGpu, CpuFeatures cpu) {
        Precision numbers = precision == null ? Precision.fp32 : precision;
        InferenceEngine chosen = engine == null ? cheapest(numbers, onGpu, cpu) : engine;
        check(chosen, numbers, onGpu);
        boolean open = engine == null && chosen == InferenceEngine.pytorch && numbers == Precision.fp32;
        List<String> notes = new ArrayList<>(notes(numbers, onGpu, cpu));
        if (open) {
            notes.add("fp32 runs on pytorch, which was cheaper on CPUs like this one than onnxruntime");
        }
        return new ComputePlan(chosen, numbers, open, List.copyOf(notes));
    }

    private static InferenceEngine cheapest(Precision numbers, boolean onGpu, CpuFeatures cpu) {
        if (onGpu) {
            return InferenceEngine.onnxruntime;
        }
        return switch (numbers) {
            case bf16 -> InferenceEngine.pytorch;
            case fp32 ->
                cpu.isIntelWithAvx512() && InferenceEngine.pytorch.isHere()
                        ? InferenceEngine.pytorch
                        : InferenceEngine.onnxruntime;
            case fp16, int8 -> InferenceEngine.onnxruntime;
        };
    }

    private static void check(InferenceEngine engine, Precision precision, boolean onGpu) {
        if (onGpu && engine == InferenceEngine.pytorch) {
            throw new ConfigurationException(
                    "--engine pytorch runs on CPUs only here. For GPUs take onnxruntime, or --device cpu.");
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
        if (!engine.isHere()) {
            throw new ConfigurationException(
                    "PyTorch, which --engine pytorch and --precision bf16 need, has libraries in this jar"
                            + " for Linux on x86-64 only. Leave both out here.");
        }
    }

    private static List<String> notes(Precision precision, boolean onGpu, CpuFeatures cpu) {
        List<String> notes = new ArrayList<>();
        switch (precision) {
            case bf16 ->
                notes.add(
                        cpu.bfloat16().isEmpty()
                                ? "THIS CPU HAS NO BFLOAT16 INSTRUCTIONS (AMX or AVX512-BF16), so bf16 costs more than fp32 and"
                                        + " is less exact; take fp32, or int8"
                                : "bf16 runs on pytorch with this CPU's " + cpu.bfloat16() + " instructions");
            case fp16 -> {
                if (!onGpu) {
                    notes.add("FP16 IS FOR GPUS: CPUs compute in fp32 between conversions, slower and less exact");
                }
            }
            case int8 ->
                notes.add(
                        "int8 is approximate, and an image's numbers depend a little on those beside it in a batch; the report holds its"
                                + " error on this run's first images");
            case fp32 -> {}
        }
        return List.copyOf(notes);
    }

    /** In words. */
    public String inWords() {
        return precision + " on " + engine;
    }
}
