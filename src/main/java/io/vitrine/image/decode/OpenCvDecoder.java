package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** OpenCV's codecs, with buffers that are kept from image to image. Used by one thread. */
final class OpenCvDecoder implements AutoCloseable {
    private static final int FLAGS = opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

    static {
        OpenCv.load();
    }

    private BytePointer file = new BytePointer(1 << 16);
    private final Mat mat = new Mat();
    private byte[] pixels = new byte[0];

    /** @param denominator by what a JPEG's sides are divided: 1, 2, 4 or 8 */
    RgbImage decode(FileBytes bytes, ImageHeader header, int denominator) throws ImageRejectedException {
        if (file.capacity() < bytes.length()) {
            file.deallocate();
            file = new BytePointer(bytes.length() + bytes.length() / 4L);
        }
        file.position(0).put(bytes.array(), bytes.offset(), bytes.length());
        try (Mat input = new Mat(1, bytes.length(), opencv_core.CV_8UC1, file);
                Mat result = opencv_imgcodecs.imdecode(input, FLAGS | reduced(denominator), mat)) {
            if (result == null || result.empty()) {
                throw new ImageRejectedException(RejectionReason.CORRUPT, header.format() + " data cannot be decoded");
            }
        } catch (RuntimeException e) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, header.format() + " data cannot be decoded: " + e.getMessage());
        }
        boolean turned = header.format() == ImageFormat.TIFF && header.orientation() >= 5;
        int width = scaled(turned ? header.height() : header.width(), denominator);
        int height = scaled(turned ? header.width() : header.height(), denominator);
        if (mat.cols() != width || mat.rows() != height || mat.type() != opencv_core.CV_8UC3) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    header.format() + " decodes to " + mat.cols() + " x " + mat.rows() + " pixels, its header says "
                            + width + " x " + height);
        }
        int length = 3 * width * height;
        if (pixels.length < length) {
            pixels = new byte[length];
        }
        mat.data().capacity(length).get(pixels, 0, length);
        return new RgbImage(pixels, width, height);
    }

    private static int scaled(int side, int denominator) {
        return (side + denominator - 1) / denominator;
    }

    private static int reduced(int denominator) {
        return switch (denominator) {
            case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2; // the bit; the colours are asked for beside it
            case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
            case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
            default -> 0;
        };
    }

    /** Frees the native buffers, which the collector would leave for long. */
    @Override
    public void close() {
        file.close();
        mat.close();
    }
}
