package io.vitrine.cli;

import io.vitrine.graph.Precision;
import io.vitrine.inference.InferenceEngine;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which library runs a model, and in which number format. */
@Section("Model")
final class ComputeOptions {
    /** The engines, or Vitrine's choice. */
    enum EngineChoice {
        auto,
        onnxruntime,
        pytorch
    }

    /** The precisions, or Vitrine's choice. */
    enum PrecisionChoice {
        auto,
        fp32,
        bf16,
        fp16,
        int8
    }

    @Brief("fp32, bf16 (CPU), fp16 (GPU), int8, or auto: fp32")
    @Option(
            names = "--precision",
            paramLabel = "P",
            defaultValue = "auto",
            description =
                    "The number format of the computation: fp32 (the reference's numbers; auto means this), bf16 (CPUs"
                            + " with AMX or AVX512-BF16), fp16 (GPUs), int8 (approximate).")
    private PrecisionChoice precision;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "auto",
            description = "The library that runs the model: onnxruntime, pytorch (CPUs, Linux on x86-64), or auto, the"
                    + " cheaper one.")
    private EngineChoice engine;

    /** The engine that the user chose. */
    Optional<InferenceEngine> engine() {
        return engine == EngineChoice.auto ? Optional.empty() : Optional.of(InferenceEngine.valueOf(engine.name()));
    }

    /** The precision that the user chose. */
    Optional<Precision> precision() {
        return precision == PrecisionChoice.auto ? Optional.empty() : Optional.of(Precision.valueOf(precision.name()));
    }
}
