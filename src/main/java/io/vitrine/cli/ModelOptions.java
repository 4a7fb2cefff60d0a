package io.vitrine.cli;

import io.vitrine.Size;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.model.ModelPlan;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which checkpoint to use, and at which image size. */
@Section("Model")
final class ModelOptions {
    @Mixin
    private CheckpointOptions checkpoint;

    @Brief("Another image size than the checkpoint's")
    @Option(
            names = "--image-size",
            paramLabel = "N|HxW",
            converter = SizeConverter.class,
            description = "Another image size than the checkpoint's, in pixels. Position embeddings are interpolated.")
    private Size imageSize;

    /** This host's copy of the checkpoint. */
    CheckpointFetcher.Local fetch() {
        return checkpoint.fetch();
    }

    ModelPlan plan(CheckpointFetcher.Local local) {
        return ModelPlan.of(local.folder(), Optional.ofNullable(imageSize));
    }

    boolean isResized() {
        return imageSize != null;
    }

    ModelRequest request(ComputeOptions compute) {
        return ModelRequest.builder(checkpoint.location())
                .imageSize(Optional.ofNullable(imageSize))
                .engine(compute.engine())
                .precision(compute.precision())
                .cache(checkpoint.cache())
                .build();
    }
}
