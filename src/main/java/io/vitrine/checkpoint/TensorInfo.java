package io.vitrine.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * Where one tensor lies.
 *
 * @param name its name in the file
 * @param shape its dimensions, outermost first
 * @param file the file that holds it
 * @param offset its first byte, from the start of the file
 * @param length its bytes, always the product of the shape times the width of the type
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, Path file, long offset, long length) {

    /** The number of elements. */
    public long elements() {
        return length / dtype.bytes();
    }
}
