package io.vitrine.catalog;

import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RemoteIterator;

/** The images among a listing's files, in the store's order, streamed. Used by one thread. */
final class ImageRefIterator implements Iterator<ImageRef> {
    private final RemoteIterator<? extends FileStatus> files;
    private final Predicate<FileStatus> isImage;
    private final String place;
    private ImageRef next;

    /** @param place the listed folder, for errors */
    ImageRefIterator(RemoteIterator<? extends FileStatus> files, Predicate<FileStatus> isImage, String place) {
        this.files = files;
        this.isImage = isImage;
        this.place = place;
    }

    @Override
    public boolean hasNext() {
        try {
            while (next == null && files.hasNext()) {
                FileStatus file = files.next();
                if (isImage.test(file)) {
                    next = ImageRef.of(file);
                }
            }
            return next != null;
        } catch (IOException | RuntimeException e) {
            throw StorageErrors.of(ImageLister.ATTEMPT, place, e);
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
