package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.image.resample.ResampleFilter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Prints the CPU time of GPU decoding per image, on the task's thread and on the device's: with a device that does nothing. */
final class PreparationCost {
    private static final int BATCH = 64;
    private static final int SECONDS = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private PreparationCost() {}

    public static void main(String[] arguments) throws ImageRejectedException {
        measure(640, 480, 0.93f);
        measure(500, 375, 0.99f);
    }

    private static void measure(int width, int height, float quality) throws ImageRejectedException {
        List<FileBytes> files = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            files.add(FileBytes.of(photo(width, height, quality, i)));
        }
        Preprocessing steps = Preprocessing.builder(ImageProcessor.VIT)
                .resizeTo(new ResizeTarget.Exact(new Size(224, 224)))
                .filter(ResampleFilter.BICUBIC)
                .build();
        try (DeviceDecoder decoder =
                        DeviceDecoder.builder(new IdleDevice(), steps).build();
                BatchDecoder.Batch batch = decoder.newBatch()) {
            run(batch, files, SECONDS);
            long others = othersNanos();
            long own = THREADS.getCurrentThreadCpuTime();
            int images = run(batch, files, SECONDS);
            System.out.printf(
                    "%d x %d, %d KB: %.1f us on the task's thread, %.1f us on the device's%n",
                    width,
                    height,
                    files.get(0).length() / 1000,
                    (THREADS.getCurrentThreadCpuTime() - own) / 1e3 / images,
                    (othersNanos() - others) / 1e3 / images);
        }
        try (ImagePreprocessor cpu = new ImagePreprocessor(steps, ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            for (int i = 0; i < 200; i++) {
                cpu.preprocess(files.get(i % BATCH));
            }
            long own = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < 200; i++) {
                cpu.preprocess(files.get(i % BATCH));
            }
            System.out.printf("    on the CPU %.1f us%n", (THREADS.getCurrentThreadCpuTime() - own) / 1e3 / 200);
        }
    }

    /** A smooth picture with noise, in the JDK's JPEG with quarter chroma. */
    private static byte[] photo(int width, int height, float quality, int seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int level = (int) (100 + 80 * Math.sin(x / 30.0 + seed) * Math.cos(y / 20.0)) + random.nextInt(24);
                image.setRGB(x, y, level << 16 | (level + 20) << 8 | (level + x / 20));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(quality);
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // to memory
        }
        return out.toByteArray();
    }

    private static long othersNanos() {
        long nanos = 0;
        for (long id : THREADS.getAllThreadIds()) {
            if (THREADS.getThreadInfo(id).getThreadName().equals("vitrine-gpu-decoder")) {
                nanos += THREADS.getThreadCpuTime(id);
            }
        }
        return nanos;
    }

    private static int run(BatchDecoder.Batch batch, List<FileBytes> files, int seconds) throws ImageRejectedException {
        ByteBuffer pixels = ByteBuffer.allocateDirect(BATCH * 3 * 224 * 224);
        int[] slots = IntStream.range(0, BATCH).toArray();
        int images = 0;
        for (long end = System.nanoTime() + seconds * 1_000_000_000L; System.nanoTime() < end; images += BATCH) {
            for (FileBytes file : files) {
                if (batch.add(file, ImageHeader.read(file, ImageLimits.DEFAULT)).isPresent()) {
                    throw new IllegalStateException("handed over");
                }
            }
            batch.start(pixels, slots);
            batch.await();
        }
        return images;
    }
}
