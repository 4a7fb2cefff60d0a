package io.vitrine.cli;

import io.vitrine.Size;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.hub.TokenizerFetcher;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.job.spark.HadoopSettings;
import io.vitrine.model.ModelPlan;
import io.vitrine.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which checkpoint to use, and at which image size. */
@Section("Model")
final class ModelOptions {
    @Brief("A checkpoint: ORG/NAME on the Hub, or a folder")
    @Option(
            names = "--model",
            paramLabel = "MODEL",
            required = true,
            description =
                    "A checkpoint in the Hugging Face layout (config.json, preprocessor_config.json, weights): a name on"
                            + " the Hub, ORG/NAME[@REVISION], a folder that every node has, or a folder on shared storage."
                            + " HF_ENDPOINT, HF_TOKEN, HF_HOME and HF_HUB_OFFLINE apply.")
    private String model;

    @Brief("Another image size than the checkpoint's")
    @Option(
            names = "--image-size",
            paramLabel = "N|HxW",
            converter = SizeConverter.class,
            description = "Another image size than the checkpoint's, in pixels. Position embeddings are interpolated.")
    private Size imageSize;

    @Option(
            names = "--model-cache",
            paramLabel = "FOLDER",
            description = "Where each host keeps conversions, and copies of checkpoints from shared storage. Only"
                    + " this user may be able to write to it; in a folder for all a private one is made. Default:"
                    + " vitrine-models-USER in the temporary folder of the JVM.")
    private Path cache = ModelFileCache.DEFAULT;

    /** This host's copy of the checkpoint. */
    CheckpointFetcher.Local fetch() {
        return CheckpointFetcher.fetch(model, cache, HadoopSettings.ofSubmission());
    }

    /** The folder on this host that holds the checkpoint's tokenizer. */
    Path tokenizer(CheckpointFetcher.Local local) {
        return TokenizerFetcher.fetch(model, local, TokenizerFiles.NAMES, cache, HadoopSettings.ofSubmission());
    }

    Path cache() {
        return cache;
    }

    ModelPlan plan(CheckpointFetcher.Local local) {
        return ModelPlan.of(local.folder(), Optional.ofNullable(imageSize));
    }

    boolean isResized() {
        return imageSize != null;
    }

    ModelRequest request(ComputeOptions compute) {
        return ModelRequest.builder(model)
                .imageSize(Optional.ofNullable(imageSize))
                .engine(compute.engine())
                .precision(compute.precision())
                .cache(cache)
                .build();
    }
}
