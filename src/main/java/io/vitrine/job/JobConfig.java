package io.vitrine.job;

import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.image.Limits;
import java.util.List;

/**
 * Everything a run is asked for, checked here and nowhere deeper.
 *
 * @param inputs folders, globs and single objects; empty if {@code inputList} is given
 * @param inputList a table of paths, or null
 * @param imageSize another input size than the checkpoint's, or null
 * @param batchSize images a call
 * @param fetchAhead objects a task reads ahead
 * @param fetchBytes bytes a task reads ahead
 * @param partitions tasks, or 0 to choose
 * @param modelCache where each host keeps copies of checkpoints from shared storage, and conversions
 */
public record JobConfig(
        List<String> inputs,
        String inputList,
        String pathColumn,
        String include,
        String model,
        String output,
        FeatureRequest features,
        Size imageSize,
        boolean applyExif,
        Limits limits,
        int batchSize,
        int fetchAhead,
        long fetchBytes,
        int partitions,
        String modelCache,
        Rerun rerun,
        GpuOptions gpus) {

    private static final int MAX_SIDE = 8192;

    public JobConfig {
        if (inputs.isEmpty() == (inputList == null)) {
            throw new VitrineException("Give either --input or --input-list: --input s3a://bucket/photos");
        }
        boolean everything = inputList == null
                && include.equals("*")
                && inputs.stream().noneMatch(input -> input.matches(".*[*?\\[{].*"));
        if (rerun.markDeleted() && !everything) {
            throw new VitrineException(
                    "--mark-deleted needs whole folders as --input: what a list, a glob or --include passes"
                            + " over is not gone. Leave it out, or name the folders.");
        }
        atLeast("--batch-size", batchSize, 1);
        atLeast("--fetch-ahead", fetchAhead, 1);
        atLeast("--fetch-bytes", fetchBytes, 1);
        atLeast("--partitions", partitions, 0);
        atLeast("--max-pixels", limits.maxPixels(), 1);
        atLeast("--max-image-bytes", limits.maxBytes(), 1);
        if (imageSize != null && Math.max(imageSize.height(), imageSize.width()) > MAX_SIDE) {
            throw new VitrineException(
                    "--image-size is " + imageSize + ", but a side can be at most " + MAX_SIDE + ".");
        }
        if (limits.maxBytes() > Integer.MAX_VALUE - 8 || limits.maxPixels() > (Integer.MAX_VALUE - 8) / 3) {
            throw new VitrineException("--max-image-bytes can be at most " + (Integer.MAX_VALUE - 8)
                    + " and --max-pixels at most " + (Integer.MAX_VALUE - 8) / 3 + ": an image is one array.");
        }
    }

    private static void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new VitrineException(option + " is " + value + ", but must be at least " + least + ".");
        }
    }
}
