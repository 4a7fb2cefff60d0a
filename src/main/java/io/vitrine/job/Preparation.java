package io.vitrine.job;

import io.vitrine.Rejected;
import io.vitrine.fetch.Prefetch.Fetched;
import io.vitrine.image.ImageHeader;
import io.vitrine.image.Preprocessor;
import java.util.Iterator;

/** A task's images decoded and preprocessed, one when the next is asked for. Used by one thread. */
final class Preparation implements Iterator<PreparedImage> {
    private final Iterator<Fetched<WorkItem>> fetched;
    private final Preprocessor preprocessor;
    private final Timings timings;

    Preparation(Iterator<Fetched<WorkItem>> fetched, Preprocessor preprocessor, Timings timings) {
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
    public PreparedImage next() {
        long start = System.nanoTime();
        Fetched<WorkItem> image = fetched.next();
        long begun = System.nanoTime();
        timings.fetch += begun - start;
        PreparedImage prepared = prepare(image);
        timings.prepare += System.nanoTime() - begun;
        return prepared;
    }

    private PreparedImage prepare(Fetched<WorkItem> image) {
        ImageHeader header = null;
        try {
            if (image.failure() != null) {
                throw image.failure();
            }
            header = preprocessor.header(image.bytes());
            byte[] pixels = preprocessor.prepare(image.bytes(), header).pixels();
            return new PreparedImage(image.item(), image.ref(), header, null, pixels);
        } catch (Rejected rejected) {
            return new PreparedImage(image.item(), image.ref(), header, rejected, null);
        }
    }
}
