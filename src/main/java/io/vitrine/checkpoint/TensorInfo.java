package io.vitrine.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * The type, shape and place of a stored tensor.
 *
 * @param name in the file
 * @param shape outermost dimension first
 * @param offset of the first byte, from the start of the file
 * @param length in bytes: the product of the shape times the type's width
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, Path file, long offset, long length) {

    /** The number of elements. */
    public long elements() {
        return length / dtype.bytes();
    }
}
