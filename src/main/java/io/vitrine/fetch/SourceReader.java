package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import java.util.Optional;

/**
 * Reads the bytes of images from one kind of {@link io.vitrine.catalog.ImageSource}. Safe between threads.
 *
 * <p>A reader reports its progress to the {@link ObjectRead}, stops soon after that is abandoned, and tells {@link StoreHealth}
 * whether the store answers.
 */
interface SourceReader extends AutoCloseable {
    /** How slowly an image's bytes may arrive. */
    ReadLimits limits();

    /**
     * Begins a read of several images, if this source has such.
     *
     * @param first the first image
     * @param maxBytes limit on the bytes of all, unless the first one alone is larger
     */
    default Optional<SharedRead> share(ImageRef first, long maxBytes) {
        return Optional.empty();
    }

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

    /** Ends what stays open between reads. */
    @Override
    default void close() {}

    /** What became of one image of a {@link SharedRead}. */
    sealed interface Outcome {}

    /**
     * An image's bytes, and its state as known after reading them.
     *
     * @param bytes in an array of the pool
     */
    record Content(ImageRef ref, FileBytes bytes) implements Outcome {}

    /** An image that was not read. */
    record Refusal(ImageRef ref, ImageRejectedException cause) implements Outcome {}
}
