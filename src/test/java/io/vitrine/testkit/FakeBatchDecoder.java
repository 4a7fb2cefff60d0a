package io.vitrine.testkit;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.HandOver;
import io.vitrine.image.decode.ImageFormat;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.image.preprocess.ImagePreprocessor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decodes as a GPU would, by the CPU's code on threads of its own: later, and into the batch's memory. Hands every third file over
 * before and every fifth after decoding, and what the CPU rejects. It can fail in every way that a device can.
 */
public final class FakeBatchDecoder implements BatchDecoder {
    /** How it fails. */
    public enum Trouble {
        NONE,
        /** Takes long for each batch. */
        SLOW,
        /** The device fails on every file. */
        LOSES_FILES,
        /** Throws in {@link Batch#add}. */
        ADD,
        /** Throws in {@link Batch#add}, for one file. */
        ADD_ONCE,
        /** Has no heap left in {@link Batch#add}, for one file. */
        HEAP_ONCE,
        /** Throws in {@link Batch#start}. */
        START,
        /** Throws in {@link Batch#await}, and writes rubbish until the batch is closed. */
        AWAIT,
        /** Throws in {@link Batch#await} and in {@link Batch#close}, once. */
        CLOSE,
        /** A library that does not fit. */
        LINKAGE
    }

    private static final int SLOW_MILLIS = 50;

    private final DecodeRecipe recipe;
    private final Trouble trouble;
    private final int after; // files that it takes before the trouble begins
    private final AtomicInteger added = new AtomicInteger();
    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicInteger openBatches = new AtomicInteger();
    private final AtomicBoolean hasFailedToClose = new AtomicBoolean();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-gpu");
        thread.setDaemon(true);
        return thread;
    });

    /** @param after files that it takes before the trouble begins */
    public FakeBatchDecoder(DecodeRecipe recipe, Trouble trouble, int after) {
        this.recipe = recipe;
        this.trouble = trouble;
        this.after = after;
    }

    /** Batches that nobody has closed. */
    public int openBatches() {
        return openBatches.get();
    }

    /** Batches that were opened. */
    public int batches() {
        return batches.get();
    }

    /** Files that were added. */
    public int added() {
        return added.get();
    }

    /** The most batches that were decoded at the same time. */
    public int mostRunning() {
        return mostRunning.get();
    }

    public boolean isClosed() {
        return threads.isShutdown();
    }

    @Override
    public Batch newBatch() {
        openBatches.incrementAndGet();
        batches.incrementAndGet();
        return new FakeBatch();
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    private boolean isTroubled(Trouble kind) {
        return trouble == kind && added.get() > after;
    }

    private final class FakeBatch implements Batch {
        private final List<byte[]> files = new ArrayList<>();
        private Optional<CompletableFuture<List<Optional<HandOver>>>> work = Optional.empty();
        private volatile boolean closed;

        @Override
        public Optional<HandOver> add(FileBytes file, ImageHeader header) {
            int number = added.incrementAndGet();
            if (isTroubled(Trouble.ADD) || trouble == Trouble.ADD_ONCE && number == after) {
                throw new IllegalStateException("the device is gone");
            }
            if (trouble == Trouble.HEAP_ONCE && number == after) {
                throw new OutOfMemoryError("Java heap space");
            }
            if (isTroubled(Trouble.LINKAGE)) {
                throw new UnsatisfiedLinkError("cuLaunchKernel");
            }
            if (header.format() != ImageFormat.JPEG) {
                return Optional.of(HandOver.FORMAT);
            }
            if (number % 3 == 0) {
                return Optional.of(HandOver.SAMPLING);
            }
            files.add(Arrays.copyOfRange(file.array(), file.offset(), file.offset() + file.length()));
            return Optional.empty();
        }

        @Override
        public void start(ByteBuffer pixels, int[] slots) {
            if (slots.length != files.size()) {
                throw new IllegalArgumentException(slots.length + " slots for " + files.size() + " files");
            }
            if (isTroubled(Trouble.START)) {
                throw new IllegalStateException("the device is gone");
            }
            List<byte[]> taken = List.copyOf(files);
            work = Optional.of(CompletableFuture.supplyAsync(() -> decode(taken, pixels, slots), threads));
        }

        private List<Optional<HandOver>> decode(List<byte[]> taken, ByteBuffer pixels, int[] slots) {
            mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
            try (ImagePreprocessor preprocessor =
                    new ImagePreprocessor(recipe.preprocessing(), recipe.limits(), recipe.options())) {
                if (trouble == Trouble.SLOW) {
                    Thread.sleep(SLOW_MILLIS);
                }
                List<Optional<HandOver>> outcomes = new ArrayList<>();
                for (int i = 0; i < taken.size(); i++) {
                    outcomes.add(decode(preprocessor, taken.get(i), pixels, slots[i]));
                }
                return outcomes;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                running.decrementAndGet();
            }
        }

        private Optional<HandOver> decode(ImagePreprocessor preprocessor, byte[] file, ByteBuffer pixels, int slot) {
            if (isTroubled(Trouble.LOSES_FILES)) {
                return Optional.of(HandOver.DEVICE);
            }
            try {
                byte[] image = preprocessor.preprocess(FileBytes.of(file)).pixels();
                boolean handsOver = file.length % 5 == 0;
                if (handsOver || isTroubled(Trouble.AWAIT)) {
                    Arrays.fill(image, (byte) 77); // what a device leaves behind is not looked at
                }
                pixels.put(slot * image.length, image);
                return handsOver ? Optional.of(HandOver.DATA) : Optional.empty();
            } catch (ImageRejectedException e) {
                return Optional.of(HandOver.DATA);
            }
        }

        @Override
        public List<Optional<HandOver>> await() {
            List<Optional<HandOver>> outcomes = work.orElseThrow().join();
            files.clear();
            work = Optional.empty();
            if (isTroubled(Trouble.AWAIT) || isTroubled(Trouble.CLOSE)) {
                throw new IllegalStateException("the device is gone");
            }
            return outcomes;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                openBatches.decrementAndGet();
                work.ifPresent(CompletableFuture::join);
                if (isTroubled(Trouble.CLOSE) && !hasFailedToClose.getAndSet(true)) {
                    throw new IllegalStateException("the device does not stop");
                }
            }
        }
    }
}
