package io.vitrine.job.task;

import io.vitrine.ImageRejectedException;
import io.vitrine.fetch.Prefetch.Fetched;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.job.rows.WorkItem;
import java.util.Iterator;

/** A task's images decoded and preprocessed, one when the next is asked for. Used by one thread. */
final class DecodedImageIterator implements Iterator<DecodedImage> {
    private final Iterator<Fetched<WorkItem>> fetched;
    private final ImagePreprocessor preprocessor;
    private final TaskTimings timings;

    DecodedImageIterator(Iterator<Fetched<WorkItem>> fetched, ImagePreprocessor preprocessor, TaskTimings timings) {
        this.fetched = fetched;
        this.preprocessor = preprocessor;
        this.timings = timings;
    }

    @Override
    public boolean hasNext() {
        long start = System.nanoTime();
        boolean more = fetched.hasNext();
        timings.fetch += System.nanoTime() - start;
        return more;
    }

    @Override
    public DecodedImage next() {
        long start = System.nanoTime();
        Fetched<WorkItem> image = fetched.next();
        long begun = System.nanoTime();
        timings.fetch += begun - start;
        DecodedImage prepared = prepare(image);
        timings.prepare += System.nanoTime() - begun;
        return prepared;
    }

    private DecodedImage prepare(Fetched<WorkItem> image) {
        ImageHeader header = null;
        try {
            if (image.failure() != null) {
                throw image.failure();
            }
            header = preprocessor.readHeader(image.bytes());
            byte[] pixels = preprocessor.preprocess(image.bytes(), header).pixels();
            return new DecodedImage(image.item(), image.ref(), header, null, pixels);
        } catch (ImageRejectedException rejected) {
            return new DecodedImage(image.item(), image.ref(), header, rejected, null);
        }
    }
}
