package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ModelException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes safetensors files tensor by tensor, with none of them held in memory. */
public final class SafetensorsWriter {
    private SafetensorsWriter() {}

    /** One tensor to write. */
    public record Entry(String name, DType dtype, List<Long> shape, TensorContent content) {
        long bytes() {
            return shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
        }
    }

    /** Writes a tensor's elements, row-major and little-endian. */
    public interface TensorContent {
        void write(OutputStream out) throws IOException;
    }

    /**
     * Writes {@code file}, wide elements first, so that every element is aligned.
     *
     * @throws IOException if the file or an entry's content fails
     * @throws IllegalStateException if an entry writes more or fewer bytes than its shape says
     */
    public static void write(Path file, List<Entry> entries) throws IOException {
        List<Entry> ordered = new ArrayList<>(entries);
        ordered.sort(Comparator.comparingInt((Entry entry) -> -entry.dtype().bytes()));
        byte[] header = header(ordered);
        try (CountingOutput out = new CountingOutput(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            for (Entry entry : ordered) {
                long before = out.count;
                entry.content().write(out);
                if (out.count - before != entry.bytes()) {
                    throw new IllegalStateException("Tensor " + entry.name() + " has " + (out.count - before)
                            + " bytes, " + entry.bytes() + " expected");
                }
            }
        }
    }

    private static byte[] header(List<Entry> entries) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("__metadata__", Map.of("format", "pt"));
        long end = 0;
        for (Entry entry : entries) {
            long begin = end;
            end += entry.bytes();
            Map<String, Object> tensor = new LinkedHashMap<>();
            tensor.put("dtype", entry.dtype().name());
            tensor.put("shape", entry.shape());
            tensor.put("data_offsets", List.of(begin, end));
            if (header.put(entry.name(), tensor) != null) {
                throw new ModelException("Two tensors are called " + entry.name()
                        + ". The weights are damaged, or are those of two models: fetch them again.");
            }
        }
        byte[] json = new ObjectMapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        return padded;
    }

    private static final class CountingOutput extends OutputStream {
        private final OutputStream out;
        private long count;

        CountingOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
