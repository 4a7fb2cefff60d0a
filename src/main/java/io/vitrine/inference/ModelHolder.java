package io.vitrine.inference;

import io.vitrine.VitrineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one static place: each model is loaded once per JVM, by the first task that asks; the others wait for it. A load
 * that failed is remembered, so that every task reports the same cause and none tries again, unless it failed for storage or
 * the network.
 */
public final class ModelHolder {
    private static final Logger LOG = LoggerFactory.getLogger(ModelHolder.class);
    private static final Map<String, FutureTask<FeatureModel>> MODELS = new ConcurrentHashMap<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ModelHolder::closeAll, "vitrine-close-models"));
    }

    private ModelHolder() {}

    /**
     * The model under {@code key}, loaded now if it was not.
     *
     * @param key names model, outputs, image size and device
     * @param loaded told the milliseconds of the load, by the one caller that loaded
     * @throws VitrineException what the load threw, the first time and every time
     */
    public static FeatureModel get(String key, Supplier<FeatureModel> loader, LoadListener loaded) {
        long start = System.nanoTime();
        FutureTask<FeatureModel> mine = new FutureTask<>(loader::get);
        FutureTask<FeatureModel> task = MODELS.computeIfAbsent(key, k -> mine);
        if (task == mine) {
            // On a thread of its own: a task that is killed while it waits must not spoil the load for the others.
            Thread thread = new Thread(task, "vitrine-load-model");
            thread.setDaemon(true);
            thread.start();
        }
        try {
            FeatureModel model = task.get();
            if (task == mine) {
                long millis = (System.nanoTime() - start) / 1_000_000;
                LOG.info("Loaded model {} in {} ms", key, millis);
                loaded.loaded(millis);
            }
            return model;
        } catch (ExecutionException e) {
            if (isOfTheMoment(e)) {
                MODELS.remove(key, task); // the next task may find the store or the Hub again
            }
            if (e.getCause() instanceof VitrineException fault) {
                throw fault;
            }
            throw new VitrineException("The model cannot be loaded: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VitrineException("Interrupted while the model was loading", e);
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

    /** Frees every model. Callers have stopped using them. */
    public static void closeAll() {
        List<String> keys = new ArrayList<>(MODELS.keySet());
        for (String key : keys) {
            FutureTask<FeatureModel> task = MODELS.remove(key);
            if (task != null && task.isDone()) {
                try {
                    task.get().close();
                } catch (ExecutionException e) {
                    LOG.debug("Model {} had failed to load", key);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Hears of each load. */
    public interface LoadListener {
        void loaded(long millis);
    }
}
