package io.vitrine.job.task;

import io.vitrine.ImageRejectedException;
import io.vitrine.fetch.Fetched;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.job.rows.WorkItem;
import java.util.Iterator;
import java.util.Optional;

/** Decodes and preprocesses a task's images, each when it is asked for. Used by one thread. */
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
        Optional<ImageHeader> header = Optional.empty();
        try {
            header = Optional.of(preprocessor.readHeader(image.bytes()));
            byte[] pixels = preprocessor.preprocess(image.bytes(), header.get()).pixels();
            return new DecodedImage.Pixels(image.item(), image.ref(), header.get(), pixels);
        } catch (ImageRejectedException rejection) {
            return new DecodedImage.Rejected(image.item(), image.ref(), header, rejection);
        }
    }
}
