package io.vitrine.convert;

import io.vitrine.checkpoint.DType;
import java.util.List;

/**
 * An array in a MessagePack file of Flax.
 *
 * @param path the keys that lead to it
 * @param offset its first byte in the file
 */
record FlaxArray(List<String> path, DType dtype, List<Long> shape, long offset, long bytes) {}
