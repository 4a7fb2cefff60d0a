package io.vitrine.cli;

import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.job.request.TaskSettings;
import java.time.Duration;
import java.util.Optional;
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

    /** Where images are decoded. */
    enum Isolation {
        auto,
        process,
        none
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
            paramLabel = "DURATION",
            defaultValue = "120s",
            converter = DurationConverter.class,
            description =
                    "An image that stalls in storage for longer, retries included, becomes a failed row (unreadable)."
                            + " 500ms, 60s, 2m.")
    private Duration objectTimeout;

    @Option(
            names = "--object-rate",
            paramLabel = "BYTES",
            defaultValue = "" + TaskSettings.DEFAULT_OBJECT_RATE,
            description =
                    "Bytes per second that an image brings at least, over the time of --object-timeout; slower is a"
                            + " stall.")
    private long objectRate;

    @Option(
            names = "--image-timeout",
            paramLabel = "DURATION",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description =
                    "An image whose decoding and preprocessing take longer becomes a failed row (timed_out). 500ms, 60s,"
                            + " 2m; 0 for no limit.")
    private Duration imageTimeout;

    @Option(
            names = "--decode-isolation",
            paramLabel = "WHERE",
            defaultValue = "auto",
            description =
                    "Where images are decoded. process: in a process of its own for each task, so that an image that kills"
                            + " its decoder becomes a failed row (crashed). none: in the executor's process. auto: in the"
                            + " executor's process, but in a process of its own when Spark tries a task again, after an"
                            + " image has timed out, and in local mode after a run that died.")
    private Isolation isolation;

    JpegScaling jpegScaling() {
        return decode == Decode.fast ? JpegScaling.FAST : JpegScaling.EXACT;
    }

    private DecodeIsolation isolation() {
        return switch (isolation) {
            case auto -> DecodeIsolation.AUTO;
            case process -> DecodeIsolation.PROCESS;
            case none -> DecodeIsolation.NONE;
        };
    }

    TaskSettings settings() {
        return TaskSettings.builder()
                .batchSize(batchSize)
                .fetchAhead(fetchAhead)
                .fetchBytes(fetchBytes)
                .objectTimeout(objectTimeout)
                .objectRate(objectRate)
                .partitions(partitions.equals(OptionalInt.of(0)) ? OptionalInt.empty() : partitions)
                .imageTimeout(imageTimeout.isZero() ? Optional.empty() : Optional.of(imageTimeout))
                .isolation(isolation())
                .build();
    }
}
