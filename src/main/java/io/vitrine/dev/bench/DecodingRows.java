package io.vitrine.dev.bench;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.cuda.PinnedMemory;
import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.HandOver;
import io.vitrine.graph.Precision;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rows of decoding alone, and of the engine while a GPU decodes. The time includes reading headers, copying what is needed of the
 * files, and bringing the pixels back to the host.
 */
final class DecodingRows {
    private static final int[] BATCHES = {64, 256};
    private static final int[] LARGE_BATCHES = {16};
    private static final double LEAST_PACE = 0.95;

    private final ModelPlan plan;
    private final Results results;
    private final BatchDecoder decoder;
    private final int slots;
    private final double seconds;
    private final Map<HandOver, LongAdder> handedOver = new ConcurrentHashMap<>();

    /**
     * Measures a decoder.
     *
     * @param slots the most threads, as a job with a slot for each core has
     * @param seconds of each row
     */
    DecodingRows(ModelPlan plan, Results results, BatchDecoder decoder, int slots, double seconds) {
        this.plan = plan;
        this.results = results;
        this.decoder = decoder;
        this.slots = slots;
        this.seconds = seconds;
    }

    /** Measures decoding alone. */
    void run(Photos.Kind kind, List<byte[]> jpegs) throws Exception {
        for (int batch : kind == Photos.Kind.LARGE ? LARGE_BATCHES : BATCHES) {
            for (int threads :
                    IntStream.of(1, GpuEngine.TASKS, slots).distinct().toArray()) {
                results.tryRow(row(kind, batch, threads), () -> {
                    measure(jpegs, batch, threads, seconds / 2);
                    handedOver.clear();
                    results.add(row(kind, batch, threads), measure(jpegs, batch, threads, seconds));
                    if (!handedOver.isEmpty()) {
                        results.note(row(kind, batch, threads) + ": handed over and not counted " + handedOver);
                    }
                });
            }
        }
    }

    static String row(Photos.Kind kind, int batch, int threads) {
        return "decode on the GPU alone " + kind.words() + ", batch of " + batch + ", " + threads
                + (threads == 1 ? " thread" : " threads");
    }

    /**
     * Measures the engine while as many images are decoded as it takes, in batches of the same size. The decoding has a row of its
     * own, whose name says so if it fell behind: then the engine's row is of less decoding than it means.
     *
     * @param alone the engine without decoding
     */
    void beside(GpuEngine engine, String name, Measurement alone, List<byte[]> jpegs, int batch) throws Exception {
        try (FeatureModel model = engine.load(Precision.fp16, GpuEngine.POOLER)) {
            Pace pace = new Pace(alone.rate());
            AtomicBoolean running = new AtomicBoolean(true);
            ExecutorService pool = Executors.newFixedThreadPool(slots);
            try {
                List<Future<Long>> decoding = new ArrayList<>();
                Loops loops = new Loops(GpuEngine.TASKS);
                AtomicReference<Measurement> engineRow = new AtomicReference<>();
                Measurement decoded = Measurement.of(() -> {
                    for (int i = 0; i < slots; i++) {
                        decoding.add(pool.submit(() -> decode(jpegs, batch, () -> {
                            pace.await(batch);
                            return running.get();
                        })));
                    }
                    loops.engine(model, plan, batch, seconds / 2);
                    engineRow.set(loops.engine(model, plan, batch, seconds));
                    running.set(false);
                    return sum(decoding);
                });
                results.add(name, engineRow.get());
                results.add(besideRow(name, decoded.rate(), alone.rate()), decoded);
            } finally {
                running.set(false);
                pool.shutdownNow();
            }
        }
    }

    /** The name of the decoding's row. */
    static String besideRow(String engine, double rate, double pace) {
        String kept = rate < LEAST_PACE * pace
                ? String.format(Locale.ROOT, ", TOO SLOW: %.0f %% of what the engine alone takes", 100 * rate / pace)
                : "";
        return "the decoding beside it (" + engine + ")" + kept;
    }

    private Measurement measure(List<byte[]> jpegs, int batch, int threads, double length) throws Exception {
        return Measurement.of(() -> {
            long end = System.nanoTime() + (long) (length * 1e9);
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            try {
                List<Future<Long>> running = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    running.add(pool.submit(() -> decode(jpegs, batch, () -> System.nanoTime() < end)));
                }
                return sum(running);
            } finally {
                pool.shutdownNow();
            }
        });
    }

    private static long sum(List<Future<Long>> running) throws ExecutionException, InterruptedException {
        long images = 0;
        for (Future<Long> one : running) {
            images += one.get();
        }
        return images;
    }

    /** Whether to go on; may wait. */
    private interface More {
        boolean ask() throws InterruptedException;
    }

    /** Decodes batches, two in turn as a job does. Returns how many images the GPU decoded. */
    private long decode(List<byte[]> jpegs, int batch, More more) throws Exception {
        int bytes = plan.preprocessing().givesFloats() ? Float.BYTES : 1;
        int batchBytes =
                batch * 3 * plan.imageSize().height() * plan.imageSize().width() * bytes;
        int[] slotsOfFiles = IntStream.range(0, batch).toArray();
        Iterator<byte[]> files =
                Stream.generate(() -> jpegs).flatMap(List::stream).iterator();
        long images = 0;
        try (BatchDecoder.Batch first = decoder.newBatch();
                BatchDecoder.Batch second = decoder.newBatch();
                Pixels firstPixels = new Pixels(batchBytes);
                Pixels secondPixels = new Pixels(batchBytes)) {
            BatchDecoder.Batch next = first;
            Pixels nextPixels = firstPixels;
            boolean started = false;
            while (!started || more.ask()) { // one batch at least
                int added = 0;
                for (int i = 0; i < batch; i++) {
                    added += add(next, FileBytes.of(files.next())) ? 1 : 0;
                }
                next.start(nextPixels.buffer, Arrays.copyOf(slotsOfFiles, added));
                next = next == first ? second : first;
                nextPixels = nextPixels == firstPixels ? secondPixels : firstPixels;
                images += started ? decoded(next) : 0;
                started = true;
            }
            return started ? images + decoded(next == first ? second : first) : images;
        }
    }

    /** Returns whether the GPU takes it. A job's CPU decodes the others. */
    private boolean add(BatchDecoder.Batch batch, FileBytes file) throws ImageRejectedException {
        Optional<HandOver> refused = batch.add(file, ImageHeader.read(file, ImageLimits.DEFAULT));
        refused.ifPresent(reason ->
                handedOver.computeIfAbsent(reason, key -> new LongAdder()).increment());
        return refused.isEmpty();
    }

    /** Page-locked memory, as a job's batches have. */
    private static final class Pixels implements AutoCloseable {
        private final ByteBuffer buffer;
        private final Optional<PinnedMemory> pages;

        Pixels(int bytes) {
            buffer = ByteBuffer.allocateDirect(bytes);
            pages = PinnedMemory.of(buffer, GpuEngine.GPU.gpu());
        }

        @Override
        public void close() {
            pages.ifPresent(PinnedMemory::close);
        }
    }

    private static long decoded(BatchDecoder.Batch batch) {
        return batch.await().stream().filter(reason -> reason.isEmpty()).count();
    }

    /** Lets threads go at a common rate. */
    private static final class Pace {
        private final long start = System.nanoTime();
        private final double rate;
        private final AtomicLong let = new AtomicLong();

        /** @param rate images per second */
        Pace(double rate) {
            this.rate = rate;
        }

        void await(int images) throws InterruptedException {
            double due = let.getAndAdd(images) / rate;
            long wait = (long) ((due - (System.nanoTime() - start) / 1e9) * 1000);
            if (wait > 0) {
                Thread.sleep(wait);
            }
        }
    }
}
