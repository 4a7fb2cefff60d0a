package io.vitrine.convert;

import io.vitrine.checkpoint.DType;
import java.util.List;

/**
 * A tensor as a pickle describes it: a strided view of a storage.
 *
 * @param offset of the first element, in elements of the storage
 * @param strides in elements, one per dimension
 */
record TorchTensor(Storage storage, long offset, List<Long> shape, List<Long> strides) {

    /**
     * The elements behind one or more tensors.
     *
     * @param key names its entry in the archive
     * @param elements its length
     */
    record Storage(DType dtype, String key, long elements) {}

    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    long bytes() {
        return Math.multiplyExact(elements(), storage.dtype().bytes());
    }

    /** Whether the elements lie row-major without gaps. */
    boolean isContiguous() {
        long expected = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != expected) {
                return false;
            }
            expected *= shape.get(i);
        }
        return true;
    }

    /** Whether every element lies within the storage. */
    boolean fits() {
        long last = offset;
        for (int i = 0; i < shape.size(); i++) {
            if (shape.get(i) < 0 || strides.get(i) < 0) {
                return false;
            }
            if (shape.get(i) == 0) {
                return offset >= 0;
            }
            last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
        }
        return offset >= 0 && last < storage.elements();
    }
}
