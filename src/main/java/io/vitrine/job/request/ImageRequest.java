package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;

/** How images are read, and which are too large. */
public record ImageRequest(DecodeOptions reading, ImageLimits limits) {
    public static final ImageRequest STANDARD = new ImageRequest(DecodeOptions.STANDARD, ImageLimits.DEFAULT);

    public ImageRequest {
        ExtractRequest.atLeast("--max-pixels", limits.maxPixels(), 1);
        ExtractRequest.atLeast("--max-image-bytes", limits.maxBytes(), 1);
        if (limits.maxBytes() > Integer.MAX_VALUE - 8 || limits.maxPixels() > (Integer.MAX_VALUE - 8) / 3) {
            throw new ConfigurationException("--max-image-bytes can be at most " + (Integer.MAX_VALUE - 8)
                    + " and --max-pixels at most " + (Integer.MAX_VALUE - 8) / 3 + ": an image is one array.");
        }
    }
}
