package io.vitrine.convert;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.DType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageSizeException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/**
 * Finds the arrays in Flax's MessagePack file: nested maps whose leaves are extensions of type 1, which hold (shape, dtype, bytes).
 * Every length is checked against the file's before memory is allocated for it.
 */
final class FlaxFile {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_ARRAYS = 1 << 20;
    private static final int NDARRAY = 1;
    private static final MessagePack.UnpackerConfig CONFIG =
            new MessagePack.UnpackerConfig().withStringSizeLimit(1 << 12);

    private final Path file;
    private final long size;
    private final MessageUnpacker unpacker;
    private final byte[] skipped = new byte[1 << 16];
    private final List<FlaxArray> arrays = new ArrayList<>();
    private final List<String> path = new ArrayList<>();

    private FlaxFile(Path file, long size, MessageUnpacker unpacker) {
        this.file = file;
        this.size = size;
        this.unpacker = unpacker;
    }

    /**
     * Reads the arrays' names, types, shapes and offsets.
     *
     * @throws ModelException if the file is damaged or holds anything but arrays
     */
    static List<FlaxArray> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                MessageUnpacker unpacker = CONFIG.newUnpacker(channel)) {
            FlaxFile reader = new FlaxFile(file, Files.size(file), unpacker);
            try {
                reader.readMap(0);
            } catch (MessageSizeException e) {
                throw reader.damaged("it claims a length of " + e.getSize());
            } catch (MessagePackException e) {
                throw reader.damaged(e.toString());
            }
            return reader.arrays;
        }
    }

    private void readMap(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw damaged("its maps are nested more than " + MAX_DEPTH + " deep");
        }
        int entries = unpacker.unpackMapHeader();
        if (entries < 0 || entries > size) { // each takes at least a byte
            throw damaged("a map claims " + Integer.toUnsignedString(entries) + " entries");
        }
        for (int i = 0; i < entries; i++) {
            path.add(unpacker.unpackString());
            ValueType type = unpacker.getNextFormat().getValueType();
            if (type == ValueType.MAP) {
                readMap(depth + 1);
            } else if (type == ValueType.EXTENSION) {
                readArray();
            } else {
                throw damaged(String.join("/", path) + " is neither an array nor a map, but " + type);
            }
            path.remove(path.size() - 1);
        }
    }

    private void readArray() throws IOException {
        ExtensionTypeHeader header = unpacker.unpackExtensionTypeHeader();
        if (header.getType() != NDARRAY || unpacker.unpackArrayHeader() != 3) {
            throw damaged(String.join("/", path) + " is an extension of type " + header.getType() + ", not an array");
        }
        int rank = unpacker.unpackArrayHeader();
        if (rank < 0 || rank > 8) {
            throw damaged(String.join("/", path) + " has " + rank + " dimensions");
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            long side = unpacker.unpackLong();
            if (side < 0) {
                throw damaged(String.join("/", path) + " has the dimension " + side);
            }
            shape.add(side);
        }
        DType dtype = dtype(unpacker.unpackString());
        long bytes = unpacker.unpackBinaryHeader();
        long offset = unpacker.getTotalReadBytes();
        if (bytes < 0 || bytes > size - offset || bytes != byteCount(shape, dtype)) {
            throw damaged(String.join("/", path) + " of shape " + shape + " and type " + dtype + " has " + bytes
                    + " bytes, at byte " + offset + " of " + size);
        }
        for (long left = bytes; left > 0; left -= skipped.length) {
            unpacker.readPayload(skipped, 0, (int) Math.min(left, skipped.length));
        }
        if (arrays.size() >= MAX_ARRAYS) {
            throw damaged("it holds more than " + MAX_ARRAYS + " arrays");
        }
        if (tensorPath().isEmpty()) {
            throw damaged("'params' is an array, not a map of them");
        }
        arrays.add(new FlaxArray(List.copyOf(tensorPath()), dtype, List.copyOf(shape), offset, bytes));
    }

    /** The path without {@code params}, the first key of a saved training state. */
    private List<String> tensorPath() {
        return path.get(0).equals("params") ? path.subList(1, path.size()) : path;
    }

    private static long byteCount(List<Long> shape, DType dtype) {
        try {
            return shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
        } catch (ArithmeticException e) {
            return -1;
        }
    }

    private DType dtype(String name) {
        return switch (name) {
            case "float32" -> DType.F32;
            case "float16" -> DType.F16;
            case "bfloat16" -> DType.BF16;
            case "float64" -> DType.F64;
            case "int64" -> DType.I64;
            case "int32" -> DType.I32;
            default -> throw damaged(String.join("/", path) + " is of type " + name + ", which is not supported");
        };
    }

    private ModelException damaged(String fault) {
        return new ModelException("Damaged Flax file " + file + ": " + fault + " (read " + unpacker.getTotalReadBytes()
                + " bytes). Fetch it again, or use the checkpoint's safetensors.");
    }
}
