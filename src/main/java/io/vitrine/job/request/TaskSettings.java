package io.vitrine.job.request;

import io.vitrine.image.isolate.DecodeIsolation;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the work is divided into tasks, how far a task reads ahead, and what protects it from its images and their storage.
 *
 * @param batchSize images per model call; chosen by memory if empty
 * @param fetchAhead objects that a task reads ahead
 * @param fetchBytes bytes that a task reads ahead
 * @param objectTimeout time in which an object must bring {@code objectRate} bytes per second, or its rest
 * @param objectRate bytes per second; 0 for any progress
 * @param partitions tasks of about equal size; chosen by the number of task slots if empty
 * @param imageTimeout the longest time that decoding and preprocessing one image may take; none if empty
 */
public record TaskSettings(
        OptionalInt batchSize,
        int fetchAhead,
        long fetchBytes,
        Duration objectTimeout,
        long objectRate,
        OptionalInt partitions,
        Optional<Duration> imageTimeout,
        DecodeIsolation isolation) {
    public static final int DEFAULT_FETCH_AHEAD = 8;
    public static final long DEFAULT_FETCH_BYTES = 64 << 20;
    public static final Duration DEFAULT_OBJECT_TIMEOUT = Duration.ofMinutes(2);
    public static final long DEFAULT_OBJECT_RATE = 4 << 10;

    /** A legitimate image of the largest size takes a few seconds, and ten times that on a host with too many tasks. */
    public static final Duration DEFAULT_IMAGE_TIMEOUT = Duration.ofSeconds(60);

    public static final TaskSettings DEFAULT = builder().build();

    public TaskSettings {
        batchSize.ifPresent(images -> Checks.requireAtLeast("--batch-size", images, 1));
        Checks.requireAtLeast("--fetch-ahead", fetchAhead, 1);
        Checks.requireAtLeast("--fetch-bytes", fetchBytes, 1);
        Checks.requireAtLeast("--object-timeout in ms", objectTimeout.toMillis(), 1);
        Checks.requireAtLeast("--object-rate", objectRate, 0);
        partitions.ifPresent(tasks -> Checks.requireAtLeast("--partitions", tasks, 1));
        imageTimeout.ifPresent(limit -> Checks.requireAtLeast("--image-timeout in ms", limit.toMillis(), 1));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Builds task settings. */
    public static final class Builder {
        private OptionalInt batchSize = OptionalInt.empty();
        private int fetchAhead = DEFAULT_FETCH_AHEAD;
        private long fetchBytes = DEFAULT_FETCH_BYTES;
        private Duration objectTimeout = DEFAULT_OBJECT_TIMEOUT;
        private long objectRate = DEFAULT_OBJECT_RATE;
        private OptionalInt partitions = OptionalInt.empty();

        private Optional<Duration> imageTimeout = Optional.of(DEFAULT_IMAGE_TIMEOUT);
        private DecodeIsolation isolation = DecodeIsolation.AUTO;

        private Builder() {}

        public Builder batchSize(int images) {
            return batchSize(OptionalInt.of(images));
        }

        public Builder batchSize(OptionalInt images) {
            this.batchSize = images;
            return this;
        }

        public Builder fetchAhead(int objects) {
            this.fetchAhead = objects;
            return this;
        }

        public Builder fetchBytes(long bytes) {
            this.fetchBytes = bytes;
            return this;
        }

        public Builder objectTimeout(Duration time) {
            this.objectTimeout = time;
            return this;
        }

        public Builder objectRate(long bytesPerSecond) {
            this.objectRate = bytesPerSecond;
            return this;
        }

        public Builder partitions(int tasks) {
            return partitions(OptionalInt.of(tasks));
        }

        public Builder partitions(OptionalInt tasks) {
            this.partitions = tasks;
            return this;
        }

        public Builder imageTimeout(Duration limit) {
            return imageTimeout(Optional.of(limit));
        }

        /** @param limit empty for none */
        public Builder imageTimeout(Optional<Duration> limit) {
            this.imageTimeout = limit;
            return this;
        }

        public Builder isolation(DecodeIsolation place) {
            this.isolation = place;
            return this;
        }

        public TaskSettings build() {
            return new TaskSettings(
                    batchSize, fetchAhead, fetchBytes, objectTimeout, objectRate, partitions, imageTimeout, isolation);
        }
    }
}
