package io.vitrine.job;

import io.vitrine.VitrineException;
import io.vitrine.image.Limits;
import io.vitrine.image.Reading;

/** How images are read, and which are too large. */
public record ImageRequest(Reading reading, Limits limits) {
    public static final ImageRequest STANDARD = new ImageRequest(Reading.STANDARD, Limits.DEFAULT);

    public ImageRequest {
        JobConfig.atLeast("--max-pixels", limits.maxPixels(), 1);
        JobConfig.atLeast("--max-image-bytes", limits.maxBytes(), 1);
        if (limits.maxBytes() > Integer.MAX_VALUE - 8 || limits.maxPixels() > (Integer.MAX_VALUE - 8) / 3) {
            throw new VitrineException("--max-image-bytes can be at most " + (Integer.MAX_VALUE - 8)
                    + " and --max-pixels at most " + (Integer.MAX_VALUE - 8) / 3 + ": an image is one array.");
        }
    }
}
