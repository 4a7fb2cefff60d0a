package io.vitrine.job.request;

import io.vitrine.ConfigurationException;

/** Everything a run is asked for, checked in its parts and nowhere deeper. */
public record ExtractRequest(
        InputRequest inputs,
        ModelRequest model,
        Destination output,
        FeatureRequest features,
        ImageRequest images,
        TaskSettings pace,
        RerunPolicy rerun,
        GpuOptions gpus) {

    public ExtractRequest {
        if (rerun.markDeleted() && !inputs.isWhole()) {
            throw new ConfigurationException(
                    "--mark-deleted needs whole folders as --input: what a list, a glob or --include passes"
                            + " over is not gone. Leave it out, or name the folders.");
        }
    }

    /** The same with other GPUs. */
    public ExtractRequest with(GpuOptions other) {
        return new ExtractRequest(inputs, model, output, features, images, pace, rerun, other);
    }

    static void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new ConfigurationException(option + " is " + value + ", but must be at least " + least + ".");
        }
    }
}
