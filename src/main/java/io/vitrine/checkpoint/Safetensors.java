package io.vitrine.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the header of a safetensors file. The header is untrusted input and is checked before any tensor is read.
 *
 * <p>The format: 8 bytes little-endian header length N, N bytes of JSON mapping tensor names to {@code dtype},
 * {@code shape} and {@code data_offsets} [begin, end) within the data, then the data. The tensors must tile the data
 * exactly: no gap, no overlap, nothing past the end of the file.
 */
public final class Safetensors {
    /** The limit of the reference implementation. */
    static final long MAX_HEADER_BYTES = 100_000_000;

    private static final String NEXT =
            " The file is damaged or was not fully copied: fetch it again, or save it again with save_pretrained.";

    /** The largest Vision Transformers have a thousand. */
    private static final int MAX_TENSORS = 100_000;

    /** A tensor of four dimensions takes 17. */
    private static final BoundedJson JSON = new BoundedJson(8, 25 * MAX_TENSORS);

    private static final int MAX_RANK = 32;

    private Safetensors() {}

    /**
     * Reads and checks the header of {@code file}.
     *
     * @throws VitrineException naming the file and the fault
     */
    public static List<TensorInfo> read(Path file) {
        try {
            LocalFiles.requireRegular(file);
        } catch (IOException e) {
            throw LocalFileErrors.of("read the weights", file, e);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < 8) {
                throw damaged(file, "it has " + size + " bytes; the header length alone takes 8.");
            }
            long length = readFully(channel, 0, 8).getLong();
            if (length < 0 || length > MAX_HEADER_BYTES) {
                throw damaged(
                        file,
                        "its header claims " + Long.toUnsignedString(length) + " bytes; the limit is "
                                + MAX_HEADER_BYTES + ".");
            }
            if (length > size - 8) {
                throw damaged(
                        file,
                        "its header claims " + length + " bytes, but only " + (size - 8)
                                + " follow: the header is cut off.");
            }
            channel.position(8);
            InputStream header = LocalFiles.limited(Channels.newInputStream(channel), length);
            return tiled(file, parse(file, header, 8 + length), 8 + length, size - 8 - length);
        } catch (IOException e) {
            throw LocalFileErrors.of("read the weights", file, e);
        }
    }

    /** Reads tensor by tensor, so that a header of many takes no memory for its text. */
    private static List<TensorInfo> parse(Path file, InputStream header, long dataStart) throws IOException {
        List<TensorInfo> tensors = new ArrayList<>();
        try (JsonParser parser = JSON.parser(header)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw damaged(file, "its header is not a JSON object.");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (name.equals("__metadata__")) {
                    parser.skipChildren();
                } else if (tensors.size() == MAX_TENSORS) {
                    throw damaged(file, "its header lists more than " + MAX_TENSORS + " tensors.");
                } else {
                    tensors.add(tensor(file, name, parser.readValueAsTree(), dataStart));
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw damaged(file, "its header holds more than one JSON object.");
            }
        } catch (JsonProcessingException e) {
            throw damaged(file, "its header is not JSON: " + e.getOriginalMessage() + ".");
        } catch (CharConversionException e) {
            throw damaged(file, "its header is not JSON in UTF-8: " + e.getMessage() + ".");
        }
        return tensors;
    }

    /** Sorts {@code tensors} by their place, and checks that they fill the data. */
    private static List<TensorInfo> tiled(Path file, List<TensorInfo> tensors, long dataStart, long dataLength) {
        tensors.sort(Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::length));
        long expected = dataStart;
        for (TensorInfo tensor : tensors) {
            if (tensor.offset() != expected) {
                String fault = tensor.offset() < expected ? "overlaps the one before it" : "leaves a gap before it";
                throw damaged(
                        file,
                        "tensor " + tensor.name() + " " + fault + " (it starts at byte "
                                + (tensor.offset() - dataStart) + " of the data, " + (expected - dataStart)
                                + " expected).");
            }
            expected += tensor.length();
        }
        if (expected != dataStart + dataLength) {
            throw damaged(
                    file,
                    "its tensors take " + (expected - dataStart) + " bytes of data, but the file holds " + dataLength
                            + ".");
        }
        return tensors;
    }

    private static TensorInfo tensor(Path file, String name, JsonNode node, long dataStart) {
        DType dtype = DType.parse(node.path("dtype").asText())
                .orElseThrow(() -> damaged(
                        file,
                        "tensor " + name + " has the unknown dtype "
                                + node.path("dtype").asText("(none)") + "."));
        JsonNode offsets = node.path("data_offsets");
        if (node.path("shape").size() > MAX_RANK) {
            throw damaged(file, "tensor " + name + " has " + node.path("shape").size() + " dimensions.");
        }
        if (!node.path("shape").isArray()
                || offsets.size() != 2
                || !offsets.get(0).canConvertToLong()
                || !offsets.get(1).canConvertToLong()) {
            throw damaged(file, "tensor " + name + " lacks a shape or its two data_offsets.");
        }
        List<Long> shape = new ArrayList<>();
        long bytes = dtype.bytes();
        try {
            for (JsonNode dimension : node.path("shape")) {
                if (!dimension.isIntegralNumber() || !dimension.canConvertToLong() || dimension.asLong() < 0) {
                    throw damaged(file, "tensor " + name + " has the dimension " + dimension + ".");
                }
                shape.add(dimension.asLong());
                bytes = Math.multiplyExact(bytes, dimension.asLong());
            }
            long begin = offsets.get(0).asLong();
            long end = offsets.get(1).asLong();
            if (begin < 0 || end < begin || end - begin != bytes) {
                throw damaged(
                        file,
                        "tensor " + name + " of shape " + shape + " and dtype " + dtype + " needs " + bytes
                                + " bytes, but its data_offsets are [" + begin + ", " + end + "].");
            }
            return new TensorInfo(name, dtype, List.copyOf(shape), file, Math.addExact(dataStart, begin), bytes);
        } catch (ArithmeticException e) {
            throw damaged(file, "tensor " + name + " has a size that overflows 64 bits: " + node.path("shape") + ".");
        }
    }

    private static ByteBuffer readFully(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the file ended at byte " + (position + buffer.position()));
            }
        }
        return buffer.flip();
    }

    private static VitrineException damaged(Path file, String fault) {
        return new ModelException("Damaged safetensors file " + file + ": " + fault + NEXT);
    }
}
