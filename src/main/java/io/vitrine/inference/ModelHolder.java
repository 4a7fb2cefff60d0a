package io.vitrine.inference;

import io.vitrine.ModelException;
import io.vitrine.RunInterruptedException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one static place: each model is loaded once per JVM, by the first that asks; the others wait for it. A load
 * that failed is remembered, so that every task reports the same cause and none tries again, unless it failed for storage or
 * the network.
 */
public final class ModelHolder {
    private static final Logger LOG = LoggerFactory.getLogger(ModelHolder.class);
    private static final Map<String, FutureTask<Loaded>> MODELS = new ConcurrentHashMap<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ModelHolder::closeAll, "vitrine-close-models"));
    }

    private ModelHolder() {}

    /**
     * Begins to load the model under {@code key} if no one has, and does not wait for it.
     *
     * @param key names model, outputs, image size and device
     */
    public static Loading begin(String key, Supplier<FeatureModel> loader) {
        FutureTask<Loaded> mine = new FutureTask<>(() -> {
            long start = System.nanoTime();
            FeatureModel model = loader.get();
            long millis = (System.nanoTime() - start) / 1_000_000;
            LOG.info("Loaded model {} in {} ms", key, millis);
            return new Loaded(model, millis, new AtomicBoolean());
        });
        FutureTask<Loaded> task = MODELS.computeIfAbsent(key, k -> mine);
        if (task == mine) {
            // On a thread of its own: a task that is killed while it waits must not spoil the load for the others.
            Thread thread = new Thread(task, "vitrine-load-model");
            thread.setDaemon(true);
            thread.start();
        }
        return new Loading(key, task);
    }

    private record Loaded(FeatureModel model, long millis, AtomicBoolean told) {}

    /** A model that is there or on its way. */
    public static final class Loading {
        private final String key;
        private final FutureTask<Loaded> task;

        private Loading(String key, FutureTask<Loaded> task) {
            this.key = key;
            this.task = task;
        }

        /**
         * Waits for it.
         *
         * @param listener told the milliseconds of the load, if no one has been told yet
         * @throws VitrineException what the load threw, the first time and every time
         */
        public FeatureModel await(LoadListener listener) {
            try {
                Loaded loaded = task.get();
                if (loaded.told().compareAndSet(false, true)) {
                    listener.loaded(loaded.millis());
                }
                return loaded.model();
            } catch (ExecutionException e) {
                if (isOfTheMoment(e)) {
                    MODELS.remove(key, task); // the next task may find the store or the Hub again
                }
                if (e.getCause() instanceof VitrineException fault) {
                    throw fault;
                }
                throw new ModelException("The model cannot be loaded: " + e.getCause(), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RunInterruptedException("Interrupted while the model was loading", e);
            }
        }
    }

    /** Whether storage or the network failed, and not the model. */
    private static boolean isOfTheMoment(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    /** Frees every model, also those on their way, for which it waits ten seconds. Callers have stopped using them. */
    public static void closeAll() {
        for (String key : List.copyOf(MODELS.keySet())) {
            FutureTask<Loaded> task = MODELS.remove(key);
            if (task == null) {
                continue;
            }
            try {
                task.get(10, TimeUnit.SECONDS).model().close();
            } catch (ExecutionException e) {
                LOG.debug("Model {} had failed to load", key);
            } catch (TimeoutException e) {
                LOG.debug("Model {} is still loading, and left to the process's end", key);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Hears of each load. */
    public interface LoadListener {
        void loaded(long millis);
    }
}
