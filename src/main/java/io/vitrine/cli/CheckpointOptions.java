package io.vitrine.cli;

import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.job.spark.HadoopSettings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say which checkpoint to use. */
@Section("Model")
final class CheckpointOptions {
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

    @Option(
            names = "--model-cache",
            paramLabel = "FOLDER",
            description = "Where each host keeps conversions, and copies of checkpoints from shared storage. Only"
                    + " this user may be able to write to it; in a folder for all a private one is made. Default:"
                    + " vitrine-models-USER in the temporary folder of the JVM.")
    private Path cache = ModelFileCache.DEFAULT;

    /** As given: a name on the Hub or a folder. */
    String location() {
        return model;
    }

    Path cache() {
        return cache;
    }

    /** This host's copy of the checkpoint. */
    CheckpointFetcher.Local fetch() {
        return CheckpointFetcher.fetch(model, cache, HadoopSettings.ofSubmission());
    }
}
