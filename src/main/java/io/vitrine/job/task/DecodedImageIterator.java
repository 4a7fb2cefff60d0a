package io.vitrine.job.task;

import io.vitrine.ImageRejectedException;
import io.vitrine.fetch.Fetched;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.isolate.DecodedFile;
import io.vitrine.image.isolate.TaskDecoder;
import io.vitrine.job.metrics.Activity;
import io.vitrine.job.metrics.ExecutorMetrics;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.report.ImageStatistics;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;

/** Decodes and preprocesses a task's images, each when it is asked for. Used by one thread. */
final class DecodedImageIterator implements Iterator<DecodedImage> {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Iterator<Fetched<WorkItem>> fetched;
    private final TaskDecoder decoder;
    private final TaskTimings timings;
    private final ImageStatistics statistics;
    private long waited; // nanoseconds that this image's bytes took so far

    DecodedImageIterator(
            Iterator<Fetched<WorkItem>> fetched, TaskDecoder decoder, TaskTimings timings, ImageStatistics statistics) {
        this.fetched = fetched;
        this.decoder = decoder;
        this.timings = timings;
        this.statistics = statistics;
    }

    @Override
    public boolean hasNext() {
        long start = System.nanoTime();
        boolean more = fetched.hasNext();
        waited += System.nanoTime() - start;
        return more;
    }

    @Override
    public DecodedImage next() {
        long start = System.nanoTime();
        Fetched<WorkItem> image = fetched.next();
        long begun = System.nanoTime();
        waited += begun - start;
        DecodedFile file = decode(image);
        long resized = file instanceof DecodedFile.Pixels pixels ? pixels.resizeNanos() : 0;
        long took = System.nanoTime() - begun;
        timings.add(Activity.FETCH, waited);
        timings.add(Activity.DECODE, took - resized);
        timings.add(Activity.RESIZE, resized);
        DecodedImage decoded = decoded(image, file);
        note(image, decoded, (waited + took) / NANOS_PER_SECOND);
        waited = 0;
        return decoded;
    }

    private void note(Fetched<WorkItem> image, DecodedImage decoded, double seconds) {
        long length = 0;
        if (image instanceof Fetched.Loaded<WorkItem> loaded) {
            length = loaded.bytes().length();
            statistics.countFile(length);
            ExecutorMetrics.countBytes(length);
        }
        Optional<ImageHeader> header = decoded.knownHeader();
        header.ifPresent(known ->
                statistics.countHeader(known.format().name().toLowerCase(Locale.ROOT), known.width(), known.height()));
        if (statistics.isSlow(seconds)) {
            statistics.addSlow(new ImageStatistics.SlowImage(
                    decoded.ref().path(),
                    seconds,
                    length,
                    header.map(ImageHeader::width).orElse(0),
                    header.map(ImageHeader::height).orElse(0)));
        }
    }

    private DecodedFile decode(Fetched<WorkItem> image) {
        try {
            return decoder.decode(image.bytes());
        } catch (ImageRejectedException rejection) { // there are no bytes
            return new DecodedFile.Rejected(Optional.empty(), rejection);
        }
    }

    private static DecodedImage decoded(Fetched<WorkItem> image, DecodedFile file) {
        return file instanceof DecodedFile.Pixels decoded
                ? new DecodedImage.Pixels(
                        image.item().withoutBytes(), image.ref().withoutBytes(), decoded.header(), decoded.pixels())
                : rejected(image, (DecodedFile.Rejected) file);
    }

    private static DecodedImage.Rejected rejected(Fetched<WorkItem> image, DecodedFile.Rejected file) {
        return new DecodedImage.Rejected(
                image.item().withoutBytes(), image.ref().withoutBytes(), file.header(), file.cause());
    }
}
