package io.vitrine.dev.bench;

import io.vitrine.FileBytes;
import io.vitrine.image.decode.OpenCv;
import io.vitrine.verify.DecoderComparison;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * JPEGs to compare decoders with, the same in every run: grey and all samplings that libjpeg-turbo writes, sizes 1 to 40 and some
 * large ones, qualities, restart intervals, optimized tables, progressive ones, every orientation, and a damaged copy of each.
 */
final class JpegSet {
    private static final int[] SAMPLINGS = {
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_411,
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420,
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_422,
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_440,
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444
    };
    private static final int[] QUALITIES = {5, 50, 75, 90, 100};
    private static final int[] RESTART_INTERVALS = {0, 1, 3, 50};
    private static final int LARGEST_SMALL = 40;
    private static final int[][] LARGE = {{640, 480}, {481, 641}, {1999, 1333}, {4000, 3000}, {37, 2500}, {2500, 37}};
    private static final int START_OF_SCAN = 0xda;

    static {
        OpenCv.load();
    }

    /** Which pictures. */
    enum Sizes {
        /** Up to 40 x 40 pixels. */
        SMALL,
        /** Up to 12 megapixels. */
        ALL
    }

    private final Sizes sizes;
    private final Random random = new Random(20);
    private int made;

    JpegSet(Sizes sizes) {
        this.sizes = sizes;
    }

    /** The whole set. */
    List<DecoderComparison.Named> files() {
        List<DecoderComparison.Named> files = new ArrayList<>();
        for (int sampling = -1; sampling < SAMPLINGS.length; sampling++) { // -1: grey
            for (int width = 1; width <= LARGEST_SMALL; width++) {
                add(files, sampling, width, width);
                add(files, sampling, width, LARGEST_SMALL + 1 - width);
                add(files, sampling, 1 + random.nextInt(LARGEST_SMALL), width);
            }
            for (int[] size : sizes == Sizes.ALL ? LARGE : new int[0][]) {
                add(files, sampling, size[0], size[1]);
            }
        }
        return files;
    }

    private void add(List<DecoderComparison.Named> files, int sampling, int width, int height) {
        int quality = QUALITIES[made % QUALITIES.length];
        int interval = RESTART_INTERVALS[made / 2 % RESTART_INTERVALS.length];
        boolean progressive = made % 23 == 0;
        int orientation = 1 + made % 8;
        String name = String.format(
                "%d: %dx%d, sampling %d, quality %d, restart interval %d, %sorientation %d",
                made++, width, height, sampling, quality, interval, progressive ? "progressive, " : "", orientation);
        IntStream options = IntStream.of(
                opencv_imgcodecs.IMWRITE_JPEG_QUALITY,
                quality,
                opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL,
                interval,
                opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE,
                made % 3 == 0 ? 1 : 0,
                opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE,
                progressive ? 1 : 0);
        IntStream all = sampling < 0
                ? options
                : IntStream.concat(
                        options, IntStream.of(opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR, SAMPLINGS[sampling]));
        byte[] jpeg = turned(encode(width, height, sampling < 0 ? 1 : 3, all.toArray()), orientation);
        DecoderComparison.Duty duty =
                progressive ? DecoderComparison.Duty.DECODE_OR_HAND_OVER : DecoderComparison.Duty.DECODE;
        files.add(new DecoderComparison.Named(name, FileBytes.of(jpeg), duty));
        files.add(new DecoderComparison.Named(name + ", damaged", FileBytes.of(damaged(jpeg))));
    }

    /** Shapes with noise. */
    private byte[] encode(int width, int height, int channels, int[] options) {
        byte[] pixels = new byte[width * height * channels];
        int grain = 1 + random.nextInt(120);
        for (int i = 0; i < pixels.length; i++) {
            int x = i / channels % width;
            int y = i / channels / width;
            double wave = 100 * Math.sin(x / 5.0 + i % channels) * Math.cos(y / 7.0);
            pixels[i] = (byte) Math.max(0, Math.min(255, 128 + wave + random.nextInt(2 * grain) - grain));
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
        try (BytePointer data = new BytePointer(direct);
                Mat mat = new Mat(height, width, opencv_core.CV_8UC(channels), data);
                BytePointer out = new BytePointer();
                IntPointer parameters = new IntPointer(options)) {
            opencv_imgcodecs.imencode(".jpg", mat, out, parameters);
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }

    /** With an Exif segment after the first marker. */
    private static byte[] turned(byte[] jpeg, int orientation) {
        byte[] exif = {
            (byte) 0xff,
            (byte) 0xe1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1, // one entry
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0,
            0,
            0,
            0,
            0
        };
        ByteBuffer turned = ByteBuffer.allocate(jpeg.length + exif.length);
        return turned.put(jpeg, 0, 2).put(exif).put(jpeg, 2, jpeg.length - 2).array();
    }

    /** One to three bytes of the data changed, or its end cut off. */
    private byte[] damaged(byte[] jpeg) {
        int data = 2;
        while ((jpeg[data + 1] & 0xff) != START_OF_SCAN) {
            data += 2 + ((jpeg[data + 2] & 0xff) << 8 | jpeg[data + 3] & 0xff);
        }
        int length = jpeg.length - data;
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(jpeg, data + random.nextInt(length));
        }
        byte[] changed = jpeg.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            changed[data + random.nextInt(length)] = (byte) random.nextInt();
        }
        return changed;
    }
}
