package io.vitrine.fetch;

import io.vitrine.catalog.ImageRef;
import java.util.List;

/** What a read that was asked for brought. */
sealed interface ReadAttempt<T> {
    /**
     * Objects that were read or refused.
     *
     * @param arrays that hold their bytes
     */
    record Done<T>(List<Fetched<T>> results, List<byte[]> arrays) implements ReadAttempt<T> {}

    /** An object that is too large to be read ahead of its turn. */
    record TooLarge<T>(T item, ImageRef known) implements ReadAttempt<T> {}
}
