package io.vitrine.dev.bench;

import io.vitrine.image.decode.OpenCv;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Draws pictures that compress as photographs do: shapes, gradients and grain (JPEG, 4:2:0). */
final class Photos {
    static {
        OpenCv.load();
    }

    private Photos() {}

    /** The kinds of pictures that are measured. */
    enum Kind {
        SMALL(640, 480, 90, 64),
        LARGE(4000, 3000, 90, 8),
        /** As large as most of ImageNet's, and with as many bytes: about 110 KB. */
        IMAGENET(500, 375, 97, 64);

        private final int width;
        private final int height;
        private final int quality;
        private final int different;

        Kind(int width, int height, int quality, int different) {
            this.width = width;
            this.height = height;
            this.quality = quality;
            this.different = different;
        }

        /** Different pictures, the same in every call. */
        List<byte[]> jpegs() {
            List<byte[]> jpegs = new ArrayList<>();
            for (int i = 0; i < different; i++) {
                jpegs.add(encode(draw(width, height, new Random(i)), width, height, quality));
            }
            return jpegs;
        }

        String words() {
            return width + "x" + height;
        }
    }

    private static byte[] draw(int width, int height, Random random) {
        byte[] pixels = new byte[3 * width * height];
        double[] phase = random.doubles(12, 0, 6).toArray();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double u = (double) x / width;
                double v = (double) y / height;
                boolean inside = Math.hypot(u - 0.3 - phase[0] / 15, v - 0.5) < 0.2 + phase[1] / 40;
                double grain = random.nextGaussian() * 5;
                for (int c = 0; c < 3; c++) {
                    double wave = Math.sin(9 * u + phase[c + 2]) * Math.cos(7 * v + phase[c + 5])
                            + 0.3 * Math.sin(60 * u * v + phase[c + 8]);
                    double value = 128 + 70 * wave + (inside ? 40 - 30 * c : 0) + grain;
                    pixels[3 * (y * width + x) + c] = (byte) Math.max(0, Math.min(255, value));
                }
            }
        }
        return pixels;
    }

    private static byte[] encode(byte[] pixels, int width, int height, int percent) {
        ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
        try (BytePointer data = new BytePointer(direct);
                Mat mat = new Mat(height, width, opencv_core.CV_8UC3, data);
                BytePointer out = new BytePointer();
                IntPointer quality = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, percent)) {
            opencv_imgcodecs.imencode(".jpg", mat, out, quality);
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }
}
