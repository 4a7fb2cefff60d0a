package io.vitrine.inference;

import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
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
 * JVM-wide cache of loaded models. The first request loads a model, others wait for
 * it. A failed load is cached too, so that every task reports the same cause. Storage failures are not: the next request
 * loads again.
 */
public final class ModelHolder {
    private static final Logger LOG = LoggerFactory.getLogger(ModelHolder.class);
    private static final Map<String, FutureTask<Loaded>> MODELS = new ConcurrentHashMap<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ModelHolder::closeAll, "vitrine-close-models"));
    }

    private ModelHolder() {}

    /**
     * Starts loading the model under {@code key}, unless it is loaded or loading. Returns at once.
     *
     * @param key identifies model, outputs, image size and device
     */
    public static Loading startLoading(String key, Supplier<FeatureModel> loader) {
        FutureTask<Loaded> newTask = new FutureTask<>(() -> {
            long start = System.nanoTime();
            FeatureModel model = loader.get();
            long millis = (System.nanoTime() - start) / 1_000_000;
            LOG.info("Loaded model {} in {} ms", key, millis);
            return new Loaded(model, millis, new AtomicBoolean());
        });
        FutureTask<Loaded> task = MODELS.computeIfAbsent(key, k -> newTask);
        if (task == newTask) {
            // On its own thread: Spark may kill a waiting task, and the load must go on for the others.
            Thread thread = new Thread(task, "vitrine-load-model");
            thread.setDaemon(true);
            thread.start();
        }
        return new Loading(key, task);
    }

    private record Loaded(FeatureModel model, long millis, AtomicBoolean reported) {}

    /** A model that is loaded or loading. */
    public static final class Loading {
        private final String key;
        private final FutureTask<Loaded> task;

        private Loading(String key, FutureTask<Loaded> task) {
            this.key = key;
            this.task = task;
        }

        /**
         * Waits for the model.
         *
         * @param listener called once per load, by the first that gets the model
         * @throws VitrineException the fault that the load threw
         * @throws RunInterruptedException if the thread is interrupted
         * @throws IllegalStateException if the load failed because of an error of the program
         */
        public FeatureModel await(LoadListener listener) {
            try {
                Loaded loaded = task.get();
                if (loaded.reported().compareAndSet(false, true)) {
                    listener.loaded(loaded.millis());
                }
                return loaded.model();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof StorageException) {
                    MODELS.remove(key, task); // storage may be back when the next task asks
                }
                if (e.getCause() instanceof VitrineException fault) {
                    throw fault;
                }
                throw new IllegalStateException("Loading the model failed: " + e.getCause(), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RunInterruptedException("Interrupted while the model was loading", e);
            }
        }
    }

    /** Closes all models. Waits up to ten seconds for each one that is loading. Runners of a closed model throw. */
    public static void closeAll() {
        for (String key : List.copyOf(MODELS.keySet())) {
            FutureTask<Loaded> task = MODELS.remove(key);
            if (task == null) {
                continue;
            }
            try {
                task.get(10, TimeUnit.SECONDS).model().close();
            } catch (ExecutionException e) {
                LOG.debug("Model {} failed to load", key);
            } catch (TimeoutException e) {
                LOG.debug("Model {} is still loading and stays open until the process ends", key);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Receives the duration of each load. */
    public interface LoadListener {
        void loaded(long millis);
    }
}
