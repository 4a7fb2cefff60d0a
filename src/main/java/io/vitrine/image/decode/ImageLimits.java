package io.vitrine.image.decode;

import java.io.Serializable;

/**
 * What an image may cost, checked from its length and header before any decoder runs.
 *
 * @param maxBytes of the file
 * @param maxPixels width times height; the reference library refuses more than {@link #DEFAULT_PIXELS}
 */
public record ImageLimits(long maxBytes, long maxPixels) implements Serializable {
    public static final long DEFAULT_BYTES = 256L << 20;
    public static final long DEFAULT_PIXELS = 178_956_970;

    public static final ImageLimits DEFAULT = new ImageLimits(DEFAULT_BYTES, DEFAULT_PIXELS);
}
