package io.vitrine.job;

import io.vitrine.VitrineException;

/** Everything a run is asked for, checked in its parts and nowhere deeper. */
public record JobConfig(
        InputRequest inputs,
        ModelRequest model,
        Destination output,
        FeatureRequest features,
        ImageRequest images,
        Pace pace,
        Rerun rerun,
        GpuOptions gpus) {

    public JobConfig {
        if (rerun.markDeleted() && !inputs.isWhole()) {
            throw new VitrineException(
                    "--mark-deleted needs whole folders as --input: what a list, a glob or --include passes"
                            + " over is not gone. Leave it out, or name the folders.");
        }
    }

    /** The same with other GPUs. */
    public JobConfig with(GpuOptions other) {
        return new JobConfig(inputs, model, output, features, images, pace, rerun, other);
    }

    static void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new VitrineException(option + " is " + value + ", but must be at least " + least + ".");
        }
    }
}
