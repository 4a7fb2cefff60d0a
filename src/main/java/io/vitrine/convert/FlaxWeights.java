package io.vitrine.convert;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The tensors of {@code flax_model.msgpack} files, with PyTorch's names and layout. */
final class FlaxWeights {
    /** An array is held in memory while its axes are permuted. */
    private static final long MAX_ARRAY = 512 << 20;

    private FlaxWeights() {}

    static List<SafetensorsWriter.Entry> entries(List<Path> files) throws IOException {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (Path file : files) {
            for (FlaxArray array : FlaxFile.read(file)) {
                if (array.bytes() > MAX_ARRAY) {
                    throw new ModelException("The array " + String.join("/", array.path()) + " of " + file + " has "
                            + array.bytes() + " bytes; the limit is " + MAX_ARRAY
                            + ". Use the checkpoint's safetensors.");
                }
                FlaxLayout layout = FlaxLayout.of(array, file);
                entries.add(new SafetensorsWriter.Entry(
                        layout.name(),
                        array.dtype(),
                        layout.shape(),
                        out -> out.write(permuted(map(file, array), array, layout.permutation()))));
            }
        }
        return entries;
    }

    private static ByteBuffer map(Path file, FlaxArray array) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, array.offset(), array.bytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** The elements of {@code from} with its axes in the order of {@code permutation}. */
    private static byte[] permuted(ByteBuffer from, FlaxArray array, List<Integer> permutation) {
        int width = array.dtype().bytes();
        int rank = permutation.size();
        int[] sizes = new int[rank];
        int[] strides = new int[rank];
        for (int d = 0; d < rank; d++) {
            sizes[d] = Math.toIntExact(array.shape().get(permutation.get(d)));
            strides[d] = width;
            for (int inner = permutation.get(d) + 1; inner < rank; inner++) {
                strides[d] *= Math.toIntExact(array.shape().get(inner));
            }
        }
        byte[] out = new byte[Math.toIntExact(array.bytes())];
        int[] index = new int[rank];
        int at = 0;
        for (int i = 0; i < out.length; i += width) {
            from.get(at, out, i, width);
            for (int d = rank - 1; d >= 0; d--) { // step to the next element, innermost axis first
                at += strides[d];
                if (++index[d] < sizes[d]) {
                    break;
                }
                at -= strides[d] * sizes[d];
                index[d] = 0;
            }
        }
        return out;
    }
}
