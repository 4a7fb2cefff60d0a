package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;

/**
 * An object that was asked for: its bytes, or why there are none.
 *
 * @param <T> what the caller wants to do with the object
 */
public sealed interface Fetched<T> {
    T item();

    /** The object as known after reading. */
    ImageRef ref();

    /**
     * The object's bytes, valid until the next object is asked for.
     *
     * @throws ImageRejectedException if the object was rejected
     */
    FileBytes bytes() throws ImageRejectedException;

    /** An object that was read. */
    record Loaded<T>(T item, ImageRef ref, FileBytes bytes) implements Fetched<T> {}

    /** An object that was not read. */
    record Rejected<T>(T item, ImageRef ref, ImageRejectedException cause) implements Fetched<T> {
        @Override
        public FileBytes bytes() throws ImageRejectedException {
            throw cause;
        }
    }
}
