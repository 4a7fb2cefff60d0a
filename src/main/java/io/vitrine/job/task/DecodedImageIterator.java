package io.vitrine.job.task;

import io.vitrine.ImageRejectedException;
import io.vitrine.fetch.Fetched;
import io.vitrine.image.isolate.DecodedFile;
import io.vitrine.image.isolate.TaskDecoder;
import io.vitrine.job.rows.WorkItem;
import java.util.Iterator;
import java.util.Optional;

/** Decodes and preprocesses a task's images, each when it is asked for. Used by one thread. */
final class DecodedImageIterator implements Iterator<DecodedImage> {
    private final Iterator<Fetched<WorkItem>> fetched;
    private final TaskDecoder decoder;
    private final TaskTimings timings;

    DecodedImageIterator(Iterator<Fetched<WorkItem>> fetched, TaskDecoder decoder, TaskTimings timings) {
        this.fetched = fetched;
        this.decoder = decoder;
        this.timings = timings;
    }

    @Override
    public boolean hasNext() {
        long start = System.nanoTime();
        boolean more = fetched.hasNext();
        timings.fetchNanos += System.nanoTime() - start;
        return more;
    }

    @Override
    public DecodedImage next() {
        long start = System.nanoTime();
        Fetched<WorkItem> image = fetched.next();
        long begun = System.nanoTime();
        timings.fetchNanos += begun - start;
        DecodedImage decoded = decode(image);
        timings.decodeNanos += System.nanoTime() - begun;
        return decoded;
    }

    private DecodedImage decode(Fetched<WorkItem> image) {
        DecodedFile file;
        try {
            file = decoder.decode(image.bytes());
        } catch (ImageRejectedException rejection) { // there are no bytes
            file = new DecodedFile.Rejected(Optional.empty(), rejection);
        }
        return file instanceof DecodedFile.Pixels decoded
                ? new DecodedImage.Pixels(image.item(), image.ref(), decoded.header(), decoded.pixels())
                : rejected(image, (DecodedFile.Rejected) file);
    }

    private static DecodedImage.Rejected rejected(Fetched<WorkItem> image, DecodedFile.Rejected file) {
        return new DecodedImage.Rejected(image.item(), image.ref(), file.header(), file.cause());
    }
}
