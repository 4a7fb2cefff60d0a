package io.vitrine.dev.bench;

import com.sun.management.ThreadMXBean;
import io.vitrine.FileBytes;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Measures the two halves of a task's work separately, each on several threads. */
final class Loops {
    private final int threads;

    Loops(int threads) {
        this.threads = threads;
    }

    /** Measures the bare engine: each thread runs the same batch again and again. */
    Measurement engine(FeatureModel model, ModelPlan plan, int batchSize, double seconds) throws Exception {
        return Measurement.of(() -> together(() -> {
            try (FeatureModel.Runner runner = model.runner(batchSize)) {
                byte[] image = new byte[PixelInput.UINT8.imageBytes(plan.imageSize())];
                Random random = new Random(2);
                while (!runner.batch().isFull()) {
                    random.nextBytes(image);
                    runner.batch().add(image);
                }
                return until(seconds, () -> {
                    runner.run();
                    return (long) batchSize;
                });
            }
        }));
    }

    /** Measures decoding and preprocessing of bytes in memory. */
    Measurement preprocess(List<byte[]> images, ModelPlan plan, DecodeOptions reading, double seconds)
            throws Exception {
        return Measurement.of(() -> together(() -> {
            try (ImagePreprocessor preprocessor =
                    new ImagePreprocessor(plan.preprocessing(), ImageLimits.DEFAULT, reading)) {
                return until(seconds, () -> {
                    for (byte[] image : images) {
                        preprocessor.preprocess(FileBytes.of(image));
                    }
                    return (long) images.size();
                });
            }
        }));
    }

    /** Bytes that decoding and preprocessing allocate per image once their buffers exist. */
    static long allocated(List<byte[]> images, ModelPlan plan) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(plan.preprocessing(), ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            long before = 0;
            for (int round = 0; round < 2; round++) { // the first round makes the buffers
                before = threads.getCurrentThreadAllocatedBytes();
                for (byte[] image : images) {
                    preprocessor.preprocess(FileBytes.of(image));
                }
            }
            return (threads.getCurrentThreadAllocatedBytes() - before) / images.size();
        }
    }

    private static long until(double seconds, Callable<Long> round) throws Exception {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long images = 0;
        while (System.nanoTime() < end) {
            images += round.call();
        }
        return images;
    }

    private long together(Callable<Long> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Long>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(work));
            }
            long images = 0;
            for (Future<Long> one : running) {
                images += one.get();
            }
            return images;
        } finally {
            pool.shutdownNow();
        }
    }
}
