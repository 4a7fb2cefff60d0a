package io.vitrine.image.decode;

import io.vitrine.Size;
import java.io.Serializable;

/** How files are decoded. */
public record DecodeOptions(ExifOrientation exif, JpegScaling jpegScaling, HeicDecoding heic) implements Serializable {
    /** Upright, with Pillow's pixels, and without HEIC. */
    public static final DecodeOptions STANDARD = new DecodeOptions(ExifOrientation.APPLY, JpegScaling.EXACT);

    private static final int MIN_OVERSAMPLING = 4; // a scaled decode keeps this many times the target's pixels per side

    /** Without HEIC. */
    public DecodeOptions(ExifOrientation exif, JpegScaling jpegScaling) {
        this(exif, jpegScaling, HeicDecoding.SKIP);
    }

    /**
     * The number that the sides are divided by while decoding.
     *
     * @param target size that the decoded image is resized to
     * @return 1, 2, 4 or 8
     */
    public int scaleDenominator(ImageHeader header, Size target) {
        if (jpegScaling == JpegScaling.EXACT || !header.isScalable()) {
            return 1;
        }
        Size full = header.decodedSize(exif);
        int denominator = 8;
        while (denominator > 1
                && (full.width() / denominator < MIN_OVERSAMPLING * target.width()
                        || full.height() / denominator < MIN_OVERSAMPLING * target.height())) {
            denominator /= 2;
        }
        return denominator;
    }
}
