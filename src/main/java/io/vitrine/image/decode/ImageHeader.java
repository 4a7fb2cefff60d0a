package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;

/**
 * What a file says of itself before it is decoded.
 *
 * @param width as stored, before any EXIF rotation
 * @param height likewise
 * @param orientation EXIF orientation, 1 (upright) to 8
 * @param route which decoder gives Pillow's pixels for this kind of file
 */
public record ImageHeader(ImageFormat format, int width, int height, int orientation, Route route)
        implements Serializable {
    private static final int MAX_SIDE = 1 << 20; // as OpenCV's

    /** The decoders; see {@link ImageDecoder}. */
    public enum Route {
        /** OpenCV's libjpeg-turbo, libpng, libwebp, libtiff. */
        OPENCV,
        /** The four channels of a CMYK or YCCK JPEG. */
        CMYK,
        /** ImageIO's first GIF frame, placed on the canvas. */
        GIF,
        /** ImageIO's samples, converted as Pillow converts the mode. */
        SAMPLES
    }

    /**
     * Reads the header of {@code bytes} and checks it against {@code limits}.
     *
     * @throws ImageRejectedException empty, not an image, unsupported, truncated within the header, or too large
     */
    public static ImageHeader read(FileBytes bytes, ImageLimits limits) throws ImageRejectedException {
        if (bytes.length() == 0) {
            throw new ImageRejectedException(RejectionReason.EMPTY, "the file has no bytes");
        }
        ImageFormat format = ImageFormat.sniff(bytes)
                .orElseThrow(() -> new ImageRejectedException(
                        RejectionReason.NOT_AN_IMAGE,
                        "the file begins with " + firstBytes(bytes) + ", as no image does"));
        if (!format.isRead()) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED, format + " is not read; JPEG, PNG, GIF, BMP, TIFF and WebP are");
        }
        ImageHeader header =
                switch (format) {
                    case JPEG -> JpegHeader.read(bytes);
                    case PNG -> PngHeader.read(bytes);
                    case GIF -> GifHeader.read(bytes);
                    case WEBP -> WebpHeader.read(bytes);
                    case BMP -> BmpHeader.read(bytes);
                    case TIFF -> TiffHeader.read(bytes);
                    default -> throw new IllegalStateException(format.name());
                };
        if (header.width < 1 || header.height < 1) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    format + " header says " + header.width + " x " + header.height + " pixels");
        }
        if (Math.max(header.width, header.height) > MAX_SIDE) {
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE,
                    header.width + " x " + header.height + " pixels; the limit of a side is " + MAX_SIDE);
        }
        if ((long) header.width * header.height > limits.maxPixels()) {
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE,
                    header.width + " x " + header.height + " pixels; the limit is " + limits.maxPixels()
                            + " (--max-pixels)");
        }
        return header;
    }

    private static String firstBytes(FileBytes bytes) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < Math.min(8, bytes.length()); i++) {
            hex.append(String.format("%02x ", bytes.at(i)));
        }
        return hex.toString().trim();
    }
}
