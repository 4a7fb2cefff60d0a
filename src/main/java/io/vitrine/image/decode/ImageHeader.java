package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import java.io.Serializable;

/** Facts about an image file that are known before it is decoded. Each codec adds those that its decoder needs. */
public interface ImageHeader extends Serializable {
    ImageFormat format();

    /** Pixels per row as stored, before any rotation. */
    int width();

    /** Rows as stored, before any rotation. */
    int height();

    /** EXIF orientation, from 1 (upright) to 8. Most formats know no other than 1. */
    default int orientation() {
        return 1;
    }

    Completeness completeness();

    /** Whether the image is turned upright even where {@link ExifOrientation#IGNORE} is asked for. */
    default boolean isAlwaysUpright() {
        return false;
    }

    /** Whether the codec can decode at a half, a quarter or an eighth of the size. */
    default boolean isScalable() {
        return false;
    }

    /** Pixels that the decoder stores: those of the image, those that fill its tiles up, and copies. */
    default long paddedPixels() {
        return (long) width() * height();
    }

    /** What setting up a decoder for each part of the image costs, in pixels; 0 if there is one for all. */
    default long setupPixels() {
        return 0;
    }

    /** Pixels that the decoder goes through: those of the image, once for each scan. */
    default long scannedPixels() {
        return (long) width() * height();
    }

    /** Encoded bytes that the decoder reads, if they may be more than the file has; else 0. */
    default long dataBytes() {
        return 0;
    }

    /** The size as stored. */
    default Size storedSize() {
        return new Size(height(), width());
    }

    /** The size after decoding, which differs from the stored size if the image is turned by a quarter. */
    default Size decodedSize(ExifOrientation exif) {
        boolean turned = orientation() >= 5 && (isAlwaysUpright() || exif == ExifOrientation.APPLY);
        return turned ? new Size(/* height= */ width(), /* width= */ height()) : storedSize();
    }

    /**
     * This header with what only a walk through the whole file tells. Called once the size is known to be within the limits.
     *
     * @throws ImageRejectedException if the file is corrupt or cut off
     */
    default ImageHeader walked(FileBytes file) throws ImageRejectedException {
        return this;
    }

    /**
     * Reads the header of a file, of any format but HEIC.
     *
     * @throws ImageRejectedException as {@link #read(FileBytes, ImageLimits, HeicDecoding)} does
     */
    static ImageHeader read(FileBytes file, ImageLimits limits) throws ImageRejectedException {
        return read(file, limits, HeicDecoding.SKIP);
    }

    /**
     * Reads the header of a file.
     *
     * @throws ImageRejectedException if the file is empty, not an image, of an unsupported kind, corrupt or cut off within its
     *     header, or if the image exceeds {@code limits}
     */
    static ImageHeader read(FileBytes file, ImageLimits limits, HeicDecoding heic) throws ImageRejectedException {
        ImageHeader header = ImageCodecs.recognise(file, heic).readHeader(file);
        if (header.width() < 1 || header.height() < 1) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    header.format() + " header says " + header.width() + " x " + header.height() + " pixels");
        }
        limits.check(header);
        ImageHeader walked = header.walked(file);
        limits.check(walked);
        return walked;
    }
}
