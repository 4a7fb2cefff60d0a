package io.vitrine.image.decode;

import io.vitrine.Size;
import java.io.Serializable;

/**
 * How a file becomes pixels.
 *
 * @param applyExif whether images are turned upright by their EXIF orientation, as the reference library's pipelines do
 * @param fast whether a JPEG much larger than what it is resized to is decoded at a half, a quarter or an eighth of its size by
 *     leaving out frequencies: the pixels are no longer Pillow's, by a few levels
 */
public record DecodeOptions(boolean applyExif, boolean fast) implements Serializable {
    /** Pillow's pixels, upright. */
    public static final DecodeOptions STANDARD = new DecodeOptions(true, false);

    private static final int LEAST = 4; // times the target, so that the resize still sees more than it needs

    /**
     * By what a JPEG's sides are divided when it is decoded.
     *
     * @param target what it is resized to, upright
     * @return 1, 2, 4 or 8
     */
    public int denominator(ImageHeader header, Size target) {
        if (!fast || header.format() != ImageFormat.JPEG || header.route() != ImageHeader.Route.OPENCV) {
            return 1;
        }
        Size whole = upright(header);
        int denominator = 8;
        while (denominator > 1
                && (whole.width() / denominator < LEAST * target.width()
                        || whole.height() / denominator < LEAST * target.height())) {
            denominator /= 2;
        }
        return denominator;
    }

    /** The size of an image as it stands, before it is decoded. */
    public Size upright(ImageHeader header) {
        boolean turned = header.orientation() >= 5 && (applyExif || header.format() == ImageFormat.TIFF);
        return turned ? new Size(header.width(), header.height()) : new Size(header.height(), header.width());
    }
}
