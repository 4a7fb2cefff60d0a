package io.vitrine.job.metrics;

/** What a task's thread does with its time. Activities do not overlap. */
public enum Activity {
    /** Waits for the bytes of an image. Reads ahead happen meanwhile, so this is less than the store's time. */
    FETCH("fetch_wait", "fetch_wait_seconds"),
    /** Reads headers and decodes pixels. Where a GPU decodes: reads headers and hands files over to it, and decodes the rest. */
    DECODE("decode", "decode_seconds"),
    /** Resizes and crops. */
    RESIZE("resize", "resize_seconds"),
    /** Waits for the GPU's pixels. It decodes a batch while the model runs on another, so this is less than its time. */
    GPU_DECODE("gpu_decode_wait", "gpu_decode_wait_seconds"),
    /** Runs the model. */
    INFER("inference", "inference_seconds"),
    /** Encodes, compresses and stores the rows. */
    WRITE("write", "write_seconds");

    private final String key;
    private final String metric;

    Activity(String key, String metric) {
        this.key = key;
        this.metric = metric;
    }

    /** Its name in a run's record. */
    public String key() {
        return key;
    }

    /** The name of its metric. */
    public String metric() {
        return metric;
    }
}
