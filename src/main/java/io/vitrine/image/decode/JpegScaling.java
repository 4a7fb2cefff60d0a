package io.vitrine.image.decode;

/** At which size JPEGs are decoded. */
public enum JpegScaling {
    /** At full size, with exactly Pillow's pixels. */
    EXACT,
    /**
     * At 1/2, 1/4 or 1/8 of the size if the JPEG is much larger than needed. The decoder leaves out high frequencies, so pixels
     * differ from Pillow's by a few levels.
     */
    FAST
}
