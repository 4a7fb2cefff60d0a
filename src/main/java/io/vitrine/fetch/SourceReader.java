package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;

/**
 * Reads the bytes of images from one kind of {@link io.vitrine.catalog.ImageSource}. Safe between threads.
 *
 * <p>A reader reports its progress to the {@link ObjectRead}, stops soon after that is abandoned, and tells {@link StoreHealth}
 * whether the store answers.
 */
public interface SourceReader {
    /** How slowly an image's bytes may arrive. */
    ReadLimits limits();

    /**
     * Asks for an unlisted image's length, time and version tag. Returns a listed image, and one whose length the source does not
     * tell before it is read, unchanged.
     *
     * @throws ImageRejectedException if there is no image under this path, or it may not be read
     * @throws StorageException if the store is gone
     */
    ImageRef stat(ImageRef ref, ObjectRead read) throws ImageRejectedException;

    /**
     * Reads an image's bytes. If the read is abandoned, its array goes back to the pool and nobody sees the result.
     *
     * @param ref as {@link #stat} returned it
     * @param pool gives the array of the result; the caller releases it
     * @throws ImageRejectedException if the image is gone, changed after it was listed, too large, or cannot be read
     * @throws StorageException if the store is gone
     */
    Content read(ImageRef ref, ByteArrayPool pool, ObjectRead read) throws ImageRejectedException;

    /**
     * An image's bytes, and its state as known after reading them.
     *
     * @param bytes in an array of the pool
     */
    record Content(ImageRef ref, FileBytes bytes) {}
}
