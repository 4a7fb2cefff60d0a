package io.vitrine.cli;

import io.vitrine.graph.Precision;
import io.vitrine.inference.InferenceEngine;
import picocli.CommandLine.Option;

/** What runs a model, and in which numbers. */
final class ComputeOptions {
    /** The engines, and the choice left open. */
    enum EngineChoice {
        auto,
        onnxruntime,
        pytorch
    }

    /** The precisions, and the choice left open. */
    enum PrecisionChoice {
        auto,
        fp32,
        bf16,
        fp16,
        int8
    }

    @Option(
            names = "--precision",
            paramLabel = "P",
            defaultValue = "auto",
            description =
                    "The numbers the model computes in: fp32 (the reference's answers, and what auto means), bf16 (CPUs with"
                            + " AMX or AVX512-BF16), fp16 (GPUs), int8 (approximate).")
    private PrecisionChoice precision;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "auto",
            description =
                    "What runs the model: onnxruntime, pytorch (CPUs, Linux on x86-64), or auto, the cheaper one.")
    private EngineChoice engine;

    /** The engine asked for, or null. */
    InferenceEngine engine() {
        return engine == EngineChoice.auto ? null : InferenceEngine.valueOf(engine.name());
    }

    /** The precision asked for, or null. */
    Precision precision() {
        return precision == PrecisionChoice.auto ? null : Precision.valueOf(precision.name());
    }
}
