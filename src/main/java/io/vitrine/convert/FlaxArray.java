package io.vitrine.convert;

import io.vitrine.checkpoint.DType;
import java.util.List;

/**
 * Where an array lies in a MessagePack file of Flax.
 *
 * @param path keys from the root to the array
 * @param offset of the first byte, from the start of the file
 */
record FlaxArray(List<String> path, DType dtype, List<Long> shape, long offset, long bytes) {}
