package io.vitrine.image.preprocess;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import io.vitrine.image.resample.PillowResampler;
import io.vitrine.image.resample.TorchvisionResampler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Resizes, crops and pads decoded images. Not thread-safe; keeps its buffers between images. */
final class PixelSteps {
    private final Preprocessing steps;
    private PillowResampler levelResampler = new PillowResampler();
    private TorchvisionResampler floatResampler = new TorchvisionResampler();
    private byte[] pixels = new byte[0];
    private byte[] unpadded = new byte[0];

    PixelSteps(Preprocessing steps) {
        this.steps = steps;
    }

    /**
     * Runs the steps.
     *
     * @param resizedSize the size to resize {@code image} to
     * @return valid until the next call
     */
    PreprocessedImage run(RgbImage image, Size resizedSize) {
        if (steps.rescalesBeforeResize()) {
            return resizeFloats(image, resizedSize);
        }
        RgbImage resized = levelResampler.resize(image, resizedSize, steps.filter());
        if (steps.padSize().isPresent()) {
            return pad(resized, steps.padSize().get());
        }
        pixels = crop(resized, pixels);
        return new PreprocessedImage(croppedSize(resizedSize), pixels);
    }

    /** Gives the buffers back. */
    void free() {
        pixels = new byte[0];
        unpadded = new byte[0];
        levelResampler = new PillowResampler();
        floatResampler = new TorchvisionResampler();
    }

    private Size croppedSize(Size resizedSize) {
        return steps.crop().map(CenterCrop::size).orElse(resizedSize);
    }

    /** The pixels of the cropped image in {@code buffer}, or in a new array of the right length. */
    private byte[] crop(RgbImage image, byte[] buffer) {
        byte[] target = sized(buffer, length(croppedSize(image.size())));
        if (steps.crop().isPresent()) {
            steps.crop().get().copy(image, target);
        } else {
            System.arraycopy(image.pixels(), 0, target, 0, target.length);
        }
        return target;
    }

    /** Rescales the levels and surrounds them with the mean, which normalising makes zero. */
    private PreprocessedImage pad(RgbImage resized, Size size) {
        unpadded = crop(resized, unpadded);
        Size inner = croppedSize(resized.size());
        FloatBuffer target = floats(size);
        float[] rescaled = PixelValues.rescaledLevels(steps);
        for (int y = 0; y < size.height(); y++) {
            for (int x = 0; x < size.width(); x++) {
                int at = 3 * (y * size.width() + x);
                boolean inside = y < inner.height() && x < inner.width();
                for (int c = 0; c < 3; c++) {
                    target.put(
                            at + c,
                            inside
                                    ? rescaled[unpadded[3 * (y * inner.width() + x) + c] & 0xff]
                                    : steps.mean().get(c));
                }
            }
        }
        return new PreprocessedImage(size, pixels);
    }

    private PreprocessedImage resizeFloats(RgbImage image, Size resizedSize) {
        float[] values = floatResampler.resize(image, resizedSize, steps.filter(), steps.rescaleFactor());
        Size size = croppedSize(resizedSize);
        FloatBuffer target = floats(size);
        if (steps.crop().isPresent()) {
            steps.crop().get().copy(values, resizedSize, target);
        } else {
            target.put(values, 0, length(size));
        }
        return new PreprocessedImage(size, pixels);
    }

    /** A view of {@link #pixels}, of the right length. */
    private FloatBuffer floats(Size size) {
        pixels = sized(pixels, Math.multiplyExact(Float.BYTES, length(size)));
        return ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    private static int length(Size size) {
        return Math.multiplyExact(3 * size.height(), size.width());
    }

    private static byte[] sized(byte[] buffer, int length) {
        return buffer.length == length ? buffer : new byte[length];
    }
}
