package io.vitrine.cli;

import io.vitrine.Size;
import io.vitrine.checkpoint.HostCacheFolder;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.job.spark.HadoopSettings;
import io.vitrine.model.ModelPlan;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which checkpoint, and at which image size. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "MODEL",
            required = true,
            description =
                    "A checkpoint in the Hugging Face layout: a folder, local or on shared storage, or a name on the Hub,"
                            + " ORG/NAME[@REVISION].")
    private String model;

    @Option(
            names = "--image-size",
            paramLabel = "N|HxW",
            converter = SizeConverter.class,
            description = "Another image size than the checkpoint's own, with interpolated position embeddings.")
    private Size imageSize;

    @Option(
            names = "--model-cache",
            paramLabel = "FOLDER",
            description =
                    "Where copies and conversions are kept. Default: vitrine-models-USER in the temporary folder.")
    private Path cache = HostCacheFolder.STANDARD;

    CheckpointFetcher.Local fetch() {
        return CheckpointFetcher.fetch(model, cache, HadoopSettings.ofSubmission());
    }

    ModelPlan plan(CheckpointFetcher.Local local) {
        return ModelPlan.of(local.folder(), Optional.ofNullable(imageSize));
    }

    boolean isResized() {
        return imageSize != null;
    }
}
