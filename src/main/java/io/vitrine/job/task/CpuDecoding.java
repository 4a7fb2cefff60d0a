package io.vitrine.job.task;

import io.vitrine.ImageRejectedException;
import io.vitrine.fetch.Fetched;
import io.vitrine.image.isolate.DecodedFile;
import io.vitrine.image.isolate.TaskDecoder;
import io.vitrine.job.metrics.Activity;
import io.vitrine.job.rows.WorkItem;
import java.util.Optional;

/** Decodes and preprocesses a task's images on the CPU, one by one, and notes time and facts. Used by one thread. */
final class CpuDecoding {
    private final TaskDecoder decoder;
    private final TaskTimings timings;
    private final ImageNotes notes;

    CpuDecoding(TaskDecoder decoder, TaskTimings timings, ImageNotes notes) {
        this.decoder = decoder;
        this.timings = timings;
        this.notes = notes;
    }

    /**
     * Decodes an image.
     *
     * @param spentNanos time that the image took before
     * @return its pixels are valid until the next call
     */
    DecodedImage decode(Fetched<WorkItem> image, long spentNanos) {
        long begun = System.nanoTime();
        DecodedFile file = decode(image);
        long resized = file instanceof DecodedFile.Pixels pixels ? pixels.resizeNanos() : 0;
        long took = System.nanoTime() - begun;
        timings.add(Activity.DECODE, took - resized);
        timings.add(Activity.RESIZE, resized);
        DecodedImage decoded = decoded(image, file);
        notes.note(image, decoded.knownHeader(), spentNanos + took);
        return decoded;
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
