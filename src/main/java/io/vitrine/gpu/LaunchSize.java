package io.vitrine.gpu;

import io.vitrine.cuda.DeviceOutOfMemoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the device's memory a launch takes. Half as much after one that found too little; twice as much again after a number of
 * launches, because others may have filled the device for a moment. That number doubles each time there is too little. Not thread-safe.
 */
final class LaunchSize {
    private static final Logger LOG = LoggerFactory.getLogger(LaunchSize.class);
    private static final int FIRST_TRIAL = 32; // launches before the next attempt to take more
    private static final int LAST_TRIAL = 4096;

    private final String device;
    private final long limit; // bytes
    private long maxBytes;
    private int trial = FIRST_TRIAL;
    private int launches; // since the limit changed
    private int failures;

    /** @param device for messages */
    LaunchSize(String device, long limit) {
        this.device = device;
        this.limit = limit;
        maxBytes = limit;
    }

    /** The most that a launch may ever take. */
    long limit() {
        return limit;
    }

    /** The most that the next launch should take. */
    long maxBytes() {
        return maxBytes;
    }

    /** A launch found its memory. */
    void succeeded() {
        launches++;
        if (maxBytes < limit && launches >= trial) {
            launches = 0;
            maxBytes = Math.min(limit, 2 * maxBytes);
        }
    }

    /**
     * A launch did not find its memory.
     *
     * @param files of the launch, several
     */
    void failed(int files, long bytes, DeviceOutOfMemoryException cause) {
        trial = failures == 0 ? FIRST_TRIAL : Math.min(LAST_TRIAL, 2 * trial);
        failures++;
        launches = 0;
        maxBytes = Math.min(maxBytes, bytes / 2);
        LOG.warn(
                "{} has no {} MiB left to decode {} JPEGs; fewer are decoded together for the next {} launches: {}",
                device,
                bytes >> 20,
                files,
                trial,
                cause.getMessage());
    }

    /** Says at the end how often there was too little. */
    void logFailures() {
        if (failures > 0) {
            LOG.warn("{} had too little memory for {} launches, whose files were decoded in parts", device, failures);
        }
    }
}
