package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** OpenCV's {@code imdecode}. Not thread-safe; keeps its buffers between images. */
final class OpenCvDecoder implements AutoCloseable {
    private static final int FLAGS = opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

    static {
        OpenCv.load();
    }

    private BytePointer input = new BytePointer(1 << 16);
    private final Mat mat = new Mat();
    private byte[] pixels = new byte[0];

    /** Decodes at full size. The result is valid until the next call. */
    RgbImage decode(List<FileBytes> parts, ImageHeader header) throws ImageRejectedException {
        return decode(parts, header.format(), header.decodedSize(ExifOrientation.IGNORE), 1);
    }

    /**
     * Decodes to RGB. The result is valid until the next call.
     *
     * @param parts make the file, one after the other
     * @param size that the decoded image must have
     * @param scaleDenominator 1; for a JPEG also 2, 4 or 8
     */
    RgbImage decode(List<FileBytes> parts, ImageFormat format, Size size, int scaleDenominator)
            throws ImageRejectedException {
        try (Mat encoded = new Mat(1, copy(parts), opencv_core.CV_8UC1, input);
                Mat result = opencv_imgcodecs.imdecode(encoded, FLAGS | scaling(scaleDenominator), mat)) {
            if (result == null || result.empty()) {
                throw new ImageRejectedException(RejectionReason.CORRUPT, format + " data cannot be decoded");
            }
        } catch (RuntimeException e) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, format + " data cannot be decoded: " + e.getMessage());
        }
        if (mat.cols() != size.width() || mat.rows() != size.height() || mat.type() != opencv_core.CV_8UC3) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    format + " decodes to " + mat.cols() + " x " + mat.rows() + " pixels, its header says "
                            + size.width() + " x " + size.height());
        }
        int length = 3 * size.width() * size.height();
        if (pixels.length < length) {
            pixels = new byte[length];
        }
        mat.data().capacity(length).get(pixels, 0, length);
        return new RgbImage(pixels, size.width(), size.height());
    }

    /** Copies {@code parts} to the native buffer. Returns their length in bytes. */
    private int copy(List<FileBytes> parts) {
        int length = 0;
        for (FileBytes part : parts) {
            length += part.length();
        }
        if (input.capacity() < length) {
            input.deallocate();
            input = new BytePointer(length + length / 4L);
        }
        int at = 0;
        for (FileBytes part : parts) {
            input.position(at).put(part.array(), part.offset(), part.length());
            at += part.length();
        }
        input.position(0);
        return length;
    }

    /** The flag for a reduced size. Only its own bit counts: FLAGS asks for colour. */
    private static int scaling(int denominator) {
        return switch (denominator) {
            case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
            case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
            case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
            default -> 0;
        };
    }

    /** Frees native buffers, which the garbage collector may keep for long. */
    @Override
    public void close() {
        input.close();
        mat.close();
    }
}
