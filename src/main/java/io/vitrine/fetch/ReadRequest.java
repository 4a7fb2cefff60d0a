package io.vitrine.fetch;

import io.vitrine.catalog.ImageRef;
import java.util.List;
import java.util.function.Function;

/**
 * A read to ask for.
 *
 * @param items whose objects it brings
 * @param object what is read
 * @param bytes of the arrays that it needs
 * @param work done on a reading thread
 */
record ReadRequest<T>(List<T> items, ImageRef object, long bytes, Function<ObjectRead, ReadAttempt<T>> work) {}
