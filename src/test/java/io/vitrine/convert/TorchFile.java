package io.vitrine.convert;

import io.vitrine.checkpoint.SmallCheckpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes {@code pytorch_model.bin} as {@code torch.save} does: protocol 2, one storage per tensor, stored entries. */
public final class TorchFile {
    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    private final List<byte[]> storages = new ArrayList<>();
    private int memo;

    TorchFile() {
        pickle.write(0x80);
        pickle.write(2);
        global("collections", "OrderedDict");
        put();
        raw(")R");
        put();
        raw("(");
    }

    /** Writes the tensors {@code names} of {@code checkpoint}. */
    public static void write(SmallCheckpoint checkpoint, List<String> names, Path file) throws IOException {
        TorchFile torch = new TorchFile();
        for (String name : names) {
            List<Integer> shape = checkpoint.shapes().get(name);
            torch.tensor(name, checkpoint.values(name), shape, rowMajor(shape));
        }
        Files.write(file, torch.finish(ZipEntry.STORED));
    }

    /** A pickle that runs a shell command when Python loads it. */
    public static void system(String command, Path file) throws IOException {
        TorchFile torch = new TorchFile()
                .string("w")
                .global("posix", "system")
                .raw("(")
                .string(command)
                .raw("tR");
        Files.write(file, torch.finish(ZipEntry.STORED));
    }

    static List<Integer> rowMajor(List<Integer> shape) {
        List<Integer> strides = new ArrayList<>();
        int stride = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            strides.add(0, stride);
            stride *= shape.get(i);
        }
        return strides;
    }

    TorchFile tensor(String name, float[] storage, List<Integer> shape, List<Integer> strides) {
        string(name);
        view("FloatStorage", storages.size(), storage.length, 0, shape, strides);
        storages.add(SmallCheckpoint.bytes(storage));
        return this;
    }

    /** A view of a storage, which need not exist. */
    TorchFile view(String type, int key, int elements, int offset, List<Integer> shape, List<Integer> strides) {
        global("torch._utils", "_rebuild_tensor_v2");
        raw("((");
        string("storage");
        global("torch", type);
        string(Integer.toString(key));
        string("cpu");
        number(elements);
        raw("tQ");
        number(offset);
        tuple(shape);
        tuple(strides);
        pickle.write(0x89);
        global("collections", "OrderedDict");
        raw(")RtR");
        put();
        return this;
    }

    TorchFile storage(byte[] bytes) {
        storages.add(bytes);
        return this;
    }

    TorchFile string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        pickle.write('X');
        pickle.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length)
                .array());
        pickle.writeBytes(bytes);
        put();
        return this;
    }

    TorchFile global(String module, String name) {
        return raw("c" + module + "\n" + name + "\n");
    }

    TorchFile raw(String operations) {
        pickle.writeBytes(operations.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    private void put() {
        pickle.write('r');
        pickle.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(memo++)
                .array());
    }

    private void number(int value) {
        pickle.write('J');
        pickle.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private void tuple(List<Integer> values) {
        raw("(");
        values.forEach(this::number);
        raw("t");
    }

    /** Closes the dictionary. Returns the archive. */
    byte[] finish(int method) throws IOException {
        raw("u}");
        string("_metadata");
        raw("}sb."); // state of the ordered dictionary
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entry(zip, "archive/data.pkl", pickle.toByteArray(), method);
            entry(zip, "archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII), method);
            for (int i = 0; i < storages.size(); i++) {
                entry(zip, "archive/data/" + i, storages.get(i), method);
            }
            entry(zip, "archive/version", "3\n".getBytes(StandardCharsets.US_ASCII), method);
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content, int method) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(method);
        if (method == ZipEntry.STORED) {
            CRC32 crc = new CRC32();
            crc.update(content);
            entry.setCrc(crc.getValue());
            entry.setSize(content.length);
            entry.setCompressedSize(content.length);
        }
        zip.putNextEntry(entry);
        ((OutputStream) zip).write(content);
        zip.closeEntry();
    }
}
