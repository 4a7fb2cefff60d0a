package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;

/**
 * File bytes to Pillow's {@code convert("RGB")} pixels. Each kind of file takes the decoder that gives exactly those; no
 * decoder stands in for another that failed. Used by one thread.
 */
public final class ImageDecoder implements AutoCloseable {
    private final OpenCvDecoder opencv = new OpenCvDecoder();

    /**
     * Decodes one image. The result is valid until the next call.
     *
     * @param applyExif turn it upright by its EXIF orientation; a TIFF is turned anyway, as Pillow does when it loads one
     * @param denominator by what a JPEG's sides are divided
     * @throws ImageRejectedException truncated, corrupt or unsupported
     */
    public RgbImage decode(FileBytes bytes, ImageHeader header, boolean applyExif, int denominator)
            throws ImageRejectedException {
        if (header.format() != ImageFormat.PNG && isCut(bytes, header)) {
            throw truncated(bytes, header);
        }
        try {
            RgbImage image =
                    switch (header.route()) {
                        case OPENCV -> opencv.decode(bytes, header, denominator);
                        case CMYK -> CmykJpeg.decode(bytes);
                        case GIF -> GifFrame.decode(bytes);
                        case SAMPLES -> SampleDecoder.decode(bytes, header);
                    };
            return turns(header, applyExif) ? Orientation.upright(image, header.orientation()) : image;
        } catch (ImageRejectedException e) {
            if (e.reason() == RejectionReason.CORRUPT && isCut(bytes, header)) {
                throw truncated(bytes, header);
            }
            throw e;
        }
    }

    /** Pillow turns TIFFs when it loads them, and so does OpenCV; the JDK's reader does not. */
    private static boolean turns(ImageHeader header, boolean applyExif) {
        return header.format() == ImageFormat.TIFF ? header.route() == ImageHeader.Route.SAMPLES : applyExif;
    }

    private static boolean isCut(FileBytes bytes, ImageHeader header) throws ImageRejectedException {
        return switch (header.format()) {
            case JPEG -> JpegHeader.isCut(bytes);
            case PNG -> PngHeader.isCut(bytes);
            case WEBP -> WebpHeader.isCut(bytes);
            case TIFF -> TiffHeader.isCut(bytes);
            case GIF -> GifHeader.parse(bytes).cut();
            case BMP -> BmpHeader.isCut(bytes);
            default -> false;
        };
    }

    @Override
    public void close() {
        opencv.close();
    }

    private static ImageRejectedException truncated(FileBytes bytes, ImageHeader header) {
        return new ImageRejectedException(
                RejectionReason.TRUNCATED,
                header.format() + " of " + header.width() + " x " + header.height() + " pixels ends after "
                        + bytes.length() + " bytes, before its image does");
    }
}
