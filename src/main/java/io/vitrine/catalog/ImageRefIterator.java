package io.vitrine.catalog;

import io.vitrine.VitrineException;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.apache.hadoop.fs.RemoteIterator;

/** The images among a listing's files, in the store's order, streamed. Used by one thread. */
final class ImageRefIterator implements Iterator<ImageRef> {
    private final RemoteIterator<ImageRef> files;
    private final Predicate<ImageRef> isImage;
    private final String place;
    private ImageRef next;

    /** @param place the listed folder, for errors */
    ImageRefIterator(RemoteIterator<ImageRef> files, Predicate<ImageRef> isImage, String place) {
        this.files = files;
        this.isImage = isImage;
        this.place = place;
    }

    @Override
    public boolean hasNext() {
        try {
            while (next == null && files.hasNext()) {
                ImageRef file = files.next();
                next = isImage.test(file) ? file : null;
            }
            return next != null;
        } catch (IOException | RuntimeException e) {
            throw e instanceof VitrineException fault ? fault : StorageErrors.of(ImageLister.ATTEMPT, place, e);
        }
    }

    @Override
    public ImageRef next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        ImageRef ref = next;
        next = null;
        return ref;
    }
}
