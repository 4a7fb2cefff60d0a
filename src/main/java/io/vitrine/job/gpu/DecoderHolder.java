package io.vitrine.job.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.RunInterruptedException;
import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.DecodingDevice;
import io.vitrine.gpu.MemoryLimits;
import io.vitrine.image.isolate.DecodeRecipe;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JVM-wide cache of the decoders of GPUs: one for each GPU and recipe. The first request opens a decoder, others wait for it. One that
 * cannot be opened is cached too, so that every task learns the same reason. A decoder with another recipe replaces one that no task
 * uses, so that decoders do not add up.
 */
public final class DecoderHolder {
    private static final Logger LOG = LoggerFactory.getLogger(DecoderHolder.class);
    private static final DecoderOpener BUILT_IN = DecoderHolder::openBuiltIn;
    private static final Map<Key, FutureTask<SharedDecoder>> DECODERS = new HashMap<>(); // guarded by this class
    private static DecoderOpener opener = BUILT_IN; // guarded by this class

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(DecoderHolder::closeAll, "vitrine-close-decoders"));
    }

    private DecoderHolder() {}

    private record Key(int gpu, String recipe) {}

    private static BatchDecoder openBuiltIn(int gpu, DecodeRecipe recipe, MemoryLimits memory)
            throws DecoderUnavailableException {
        try {
            return DecodingDevice.onGpu(gpu)
                    .onlyDecoder(recipe.preprocessing(), recipe.options(), recipe.limits(), memory);
        } catch (ConfigurationException e) {
            throw new DecoderUnavailableException(e.getMessage().replaceFirst("\\.$", ""));
        }
    }

    /** Puts another way to open decoders in, for tests without a GPU. Decoders that are open stay. */
    public static synchronized void openWith(DecoderOpener other) {
        opener = other;
    }

    /** Undoes {@link #openWith}. */
    public static synchronized void openAsBuilt() {
        opener = BUILT_IN;
    }

    /**
     * Starts opening a decoder, unless it is open or being opened. Returns at once.
     *
     * @param gpu the number of the GPU
     */
    public static synchronized Opening startOpening(int gpu, DecoderKey key) {
        Key wanted = new Key(gpu, key.name());
        FutureTask<SharedDecoder> known = DECODERS.get(wanted);
        if (known != null) {
            return new Opening(known, gpu, key);
        }
        DECODERS.entrySet().removeIf(other -> other.getKey().gpu() == gpu && endIfUnused(other.getValue()));
        DecoderOpener chosen = opener;
        FutureTask<SharedDecoder> task = new FutureTask<>(() -> open(chosen, gpu, key.recipe()));
        DECODERS.put(wanted, task);
        // On its own thread: Spark may kill a waiting task, and opening must go on for the others.
        Thread thread = new Thread(task, "vitrine-open-decoder");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // the process may have no more threads
            FutureTask<SharedDecoder> refused = new FutureTask<>(() -> SharedDecoder.unavailable(gpu, e.toString()));
            refused.run();
            DECODERS.put(wanted, refused);
            return new Opening(refused, gpu, key);
        }
        return new Opening(task, gpu, key);
    }

    private static SharedDecoder open(DecoderOpener opener, int gpu, DecodeRecipe recipe) {
        long start = System.nanoTime();
        try {
            SharedDecoder decoder = SharedDecoder.of(gpu, opener.open(gpu, recipe, DecodeMemory.LIMITS));
            LOG.info("Opened the decoder of GPU {} in {} ms", gpu, (System.nanoTime() - start) / 1_000_000);
            return decoder;
        } catch (DecoderUnavailableException e) {
            return SharedDecoder.unavailable(gpu, e.getMessage());
        } catch (RuntimeException
                | Error e) { // a driver that is missing or too old, or a process without memory or threads
            LOG.debug("The decoder of GPU {} cannot be opened", gpu, e);
            return SharedDecoder.unavailable(gpu, e.toString());
        }
    }

    private static boolean endIfUnused(FutureTask<SharedDecoder> task) {
        if (!task.isDone() || result(task).isUsed()) {
            return false;
        }
        result(task).end();
        return true;
    }

    private static SharedDecoder result(FutureTask<SharedDecoder> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Opening a decoder failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while the decoder of a GPU was being opened", e);
        }
    }

    /** Closes all decoders, each when its last task has left it. One that is being opened stays until the process ends. */
    public static synchronized void closeAll() {
        List.copyOf(DECODERS.values()).stream().filter(FutureTask::isDone).forEach(task -> result(task)
                .end());
        DECODERS.clear();
        FailedTasks.clear();
    }

    /** A decoder that is open or being opened. */
    public static final class Opening {
        private final FutureTask<SharedDecoder> task;
        private final int gpu;
        private final DecoderKey key;

        private Opening(FutureTask<SharedDecoder> task, int gpu, DecoderKey key) {
            this.task = task;
            this.gpu = gpu;
            this.key = key;
        }

        /**
         * Waits for the decoder. The caller {@linkplain SharedDecoder#leave leaves} it at its end.
         *
         * @return perhaps one that could not be opened, see {@link SharedDecoder#fault}
         * @throws RunInterruptedException if the thread is interrupted
         */
        public SharedDecoder await() {
            SharedDecoder decoder = result(task);
            return decoder.enter() ? decoder : startOpening(gpu, key).await();
        }
    }
}
