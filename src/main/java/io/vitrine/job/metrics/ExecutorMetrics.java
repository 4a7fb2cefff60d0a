package io.vitrine.job.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import io.vitrine.RejectionReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of this JVM's tasks, from its start on. Static, because Spark creates the {@link MetricsPlugin} and the tasks
 * independently of each other. Safe between threads. A task that is retried counts twice.
 */
public final class ExecutorMetrics {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Meter IMAGES = new Meter();
    private static final Meter IMAGE_BYTES = new Meter();
    private static final Map<String, LongAdder> FAILED = failures();
    private static final Map<Activity, LongAdder> NANOS = activities();
    private static final LongAdder GPU_DECODED = new LongAdder();
    private static final LongAdder NOT_GPU_DECODED = new LongAdder();
    private static final LongAdder BATCHES = new LongAdder();
    private static final LongAdder BATCHED_IMAGES = new LongAdder();
    private static final LongAdder BATCH_PLACES = new LongAdder();
    private static final LongAdder MODEL_LOADS = new LongAdder();

    private ExecutorMetrics() {}

    private static Map<String, LongAdder> failures() {
        Map<String, LongAdder> failures = new TreeMap<>();
        for (RejectionReason reason : RejectionReason.values()) {
            failures.put(reason.status(), new LongAdder());
        }
        return failures;
    }

    private static Map<Activity, LongAdder> activities() {
        Map<Activity, LongAdder> nanos = new EnumMap<>(Activity.class);
        for (Activity activity : Activity.values()) {
            nanos.put(activity, new LongAdder());
        }
        return nanos;
    }

    /** Counts an image with features. */
    public static void countOk() {
        IMAGES.mark();
    }

    /** Counts an image without features. */
    public static void countFailed(RejectionReason reason) {
        IMAGES.mark();
        FAILED.get(reason.status()).increment();
    }

    /** Counts the bytes of an image file. */
    public static void countBytes(long bytes) {
        IMAGE_BYTES.mark(bytes);
    }

    /**
     * Counts images of tasks that decode on a GPU.
     *
     * @param onGpu images that it decoded
     * @param onCpu images that the CPU decoded instead
     */
    public static void countDecoded(long onGpu, long onCpu) {
        GPU_DECODED.add(onGpu);
        NOT_GPU_DECODED.add(onCpu);
    }

    /** Adds to an activity's time. */
    public static void add(Activity activity, long nanos) {
        NANOS.get(activity).add(nanos);
    }

    /**
     * Counts a model call.
     *
     * @param images in the batch
     * @param capacity the batch size
     */
    public static void countBatch(int images, int capacity) {
        BATCHES.increment();
        BATCHED_IMAGES.add(images);
        BATCH_PLACES.add(capacity);
    }

    /** Counts a load of the model. */
    public static void countModelLoad() {
        MODEL_LOADS.increment();
    }

    /** Registers every metric. */
    static void register(MetricRegistry registry) {
        registry.register("images", IMAGES);
        registry.register("image_bytes", IMAGE_BYTES);
        registry.register("batch_fill", (Gauge<Double>) () -> ratio(BATCHED_IMAGES.sum(), BATCH_PLACES.sum()));
        totals().keySet().stream()
                .filter(name -> !name.equals("images") && !name.equals("image_bytes"))
                .forEach(name -> registry.register(name, (Gauge<Number>) () -> value(name)));
        registry.registerAll(OffHeapMemory.gauges());
    }

    private static Number value(String name) {
        return totals().get(name);
    }

    /** The metrics that add up over executors, by name. */
    static Map<String, Number> totals() {
        Map<String, Number> totals = new TreeMap<>();
        totals.put("images", IMAGES.getCount());
        totals.put("image_bytes", IMAGE_BYTES.getCount());
        FAILED.forEach((status, count) -> totals.put("failed_images." + status, count.sum()));
        NANOS.forEach((activity, nanos) -> totals.put(activity.metric(), nanos.sum() / NANOS_PER_SECOND));
        totals.put("gpu_decoded_images", GPU_DECODED.sum());
        totals.put("gpu_handed_over_images", NOT_GPU_DECODED.sum());
        totals.put("batches", BATCHES.sum());
        totals.put("batched_images", BATCHED_IMAGES.sum());
        totals.put("model_loads", MODEL_LOADS.sum());
        totals.put("storage_retries", ProcessUsage.storageRetries());
        totals.put("cpu_seconds", ProcessUsage.cpuNanos() / NANOS_PER_SECOND);
        return totals;
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
