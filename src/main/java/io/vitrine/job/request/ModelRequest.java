package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import io.vitrine.Size;
import io.vitrine.graph.Precision;
import io.vitrine.inference.InferenceEngine;

/**
 * Which model a run uses, and how.
 *
 * @param location a folder, local or on shared storage, or a name on the Hub
 * @param imageSize another input size than the checkpoint's, or null
 * @param engine what runs it, or null to choose
 * @param precision the numbers it computes in, or null for fp32
 * @param cache where each host keeps copies of checkpoints from shared storage, and conversions
 */
public record ModelRequest(String location, Size imageSize, InferenceEngine engine, Precision precision, String cache) {
    private static final int MAX_SIDE = 8192;

    public ModelRequest {
        if (imageSize != null && Math.max(imageSize.height(), imageSize.width()) > MAX_SIDE) {
            throw new ConfigurationException(
                    "--image-size is " + imageSize + ", but a side can be at most " + MAX_SIDE + ".");
        }
    }

    /** The model as it is. */
    public static ModelRequest of(String location, String cache) {
        return new ModelRequest(location, null, null, null, cache);
    }
}
