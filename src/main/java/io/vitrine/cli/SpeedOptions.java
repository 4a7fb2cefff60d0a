package io.vitrine.cli;

import io.vitrine.image.decode.JpegScaling;
import io.vitrine.job.request.TaskSettings;
import java.time.Duration;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options that say how the work is divided, and what a task may use. */
@Section("Speed")
final class SpeedOptions {
    /** How JPEGs are decoded. */
    enum Decode {
        exact,
        fast
    }

    @Brief("Images per model call")
    @Option(
            names = "--batch-size",
            paramLabel = "N|auto",
            defaultValue = CountConverter.AUTO,
            converter = CountConverter.class,
            description =
                    "Images per model call; auto: as many as fit into 64 MiB on a CPU (at most 8) and into 4 GiB on"
                            + " a GPU (at most 64).")
    private OptionalInt batchSize;

    @Brief("exact (Pillow's pixels), or fast for large JPEGs")
    @Option(
            names = "--decode",
            paramLabel = "HOW",
            defaultValue = "exact",
            description =
                    "exact (Pillow's pixels), or fast: JPEGs at least eight times as large as needed are decoded at a half,"
                            + " a quarter or an eighth of their size. Pixels differ by a few levels, so the output counts"
                            + " as a different preprocessing.")
    private Decode decode;

    @Brief("Tasks, and so files")
    @Option(
            names = "--partitions",
            paramLabel = "N|auto",
            defaultValue = CountConverter.AUTO,
            converter = CountConverter.class,
            description =
                    "Tasks, and so files, of about equal size; auto (or 0): at most 1,000 images each, and smaller"
                            + " ones towards the end, so that all slots end together.")
    private OptionalInt partitions;

    @Option(
            names = "--fetch-ahead",
            paramLabel = "N",
            defaultValue = "" + TaskSettings.DEFAULT_FETCH_AHEAD,
            description = "Images that a task reads ahead, each in its own thread.")
    private int fetchAhead;

    @Option(
            names = "--fetch-bytes",
            paramLabel = "BYTES",
            defaultValue = "" + TaskSettings.DEFAULT_FETCH_BYTES,
            description = "Bytes that a task reads ahead at most, in arrays whose lengths are powers of two.")
    private long fetchBytes;

    @Option(
            names = "--object-timeout",
            paramLabel = "SECONDS",
            defaultValue = "" + TaskSettings.DEFAULT_OBJECT_TIMEOUT_SECONDS,
            description = "How long an image may stall in storage, retries included, before it becomes unreadable.")
    private long objectTimeout;

    @Option(
            names = "--object-rate",
            paramLabel = "BYTES",
            defaultValue = "" + TaskSettings.DEFAULT_OBJECT_RATE,
            description =
                    "Bytes per second that an image brings at least, over the time of --object-timeout; slower is a"
                            + " stall.")
    private long objectRate;

    JpegScaling jpegScaling() {
        return decode == Decode.fast ? JpegScaling.FAST : JpegScaling.EXACT;
    }

    TaskSettings settings() {
        return TaskSettings.builder()
                .batchSize(batchSize)
                .fetchAhead(fetchAhead)
                .fetchBytes(fetchBytes)
                .objectTimeout(Duration.ofSeconds(objectTimeout))
                .objectRate(objectRate)
                .partitions(partitions.equals(OptionalInt.of(0)) ? OptionalInt.empty() : partitions)
                .build();
    }
}
