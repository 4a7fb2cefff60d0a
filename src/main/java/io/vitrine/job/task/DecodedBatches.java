package io.vitrine.job.task;

import io.vitrine.inference.PixelBatch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Fills one batch with decoded images, again and again. */
final class DecodedBatches implements BatchSource {
    private final Iterator<DecodedImage> images;
    private final PixelBatch batch;
    private final int maxWaiting;

    /** @param batch its capacity is the batch size */
    DecodedBatches(Iterator<DecodedImage> images, PixelBatch batch) {
        this.images = images;
        this.batch = batch;
        this.maxWaiting = MAX_WAITING_BATCHES * batch.capacity();
    }

    @Override
    public Optional<FilledBatch> next() {
        List<BatchedImage> batched = new ArrayList<>();
        batch.clear();
        while (!batch.isFull() && batched.size() < maxWaiting && images.hasNext()) {
            batched.add(place(images.next()));
        }
        return batched.isEmpty() ? Optional.empty() : Optional.of(new FilledBatch(batch, batched));
    }

    private BatchedImage place(DecodedImage image) {
        if (image instanceof DecodedImage.Pixels decoded) {
            int index = batch.add(decoded.pixels());
            return new BatchedImage.Placed(decoded.item(), decoded.ref(), decoded.header(), index);
        }
        return BatchedImage.rejected((DecodedImage.Rejected) image);
    }
}
