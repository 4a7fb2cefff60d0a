package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;

/** How images are decoded, and which are too large. */
public record ImageRequest(DecodeOptions decoding, ImageLimits limits) {
    /** Pillow's pixels, turned upright by EXIF, within the default limits. */
    public static final ImageRequest DEFAULT = new ImageRequest(DecodeOptions.STANDARD, ImageLimits.DEFAULT);

    /** Java arrays have at most this many elements, on every JVM. */
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    public ImageRequest {
        Checks.requireAtLeast("--max-pixels", limits.maxPixels(), 1);
        Checks.requireAtLeast("--max-image-bytes", limits.maxBytes(), 1);
        if (limits.maxBytes() > MAX_ARRAY || limits.maxPixels() > MAX_ARRAY / 3) {
            throw new ConfigurationException("--max-image-bytes can be at most " + MAX_ARRAY
                    + " and --max-pixels at most " + MAX_ARRAY / 3 + ": an image is one array.");
        }
    }
}
