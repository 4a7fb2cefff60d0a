package io.vitrine.graph;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript module as an archive: a zip of uncompressed entries. {@code code/__torch__.py} is the source, {@code
 * data.pkl} the pickled module object, {@code data/N} the elements of tensor N. Further entries describe the format.
 */
final class TorchArchiveWriter {
    private static final String ROOT = "model/";

    /** Archive version 10: operator semantics of PyTorch 1.12. The fused attention needs PyTorch 2.0. */
    private static final String FORMAT_VERSION = "10\n";

    private TorchArchiveWriter() {}

    static void write(TorchScript script, Path file) throws IOException {
        try (ZipOutputStream zip =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
            entry(zip, "data.pkl", module(script));
            entry(zip, "code/__torch__.py", text(script.source()));
            entry(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // an empty tuple
            entry(zip, "version", text(FORMAT_VERSION));
            entry(zip, "byteorder", text("little"));
            for (int i = 0; i < script.attributes().size(); i++) {
                storage(zip, "data/" + i, script.attributes().get(i));
            }
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        put(zip, name, content.length, crc.getValue());
        zip.write(content);
        zip.closeEntry();
    }

    /** The checksum precedes an uncompressed entry, so the elements are written twice: for the checksum, then to the file. */
    private static void storage(ZipOutputStream zip, String name, TorchScript.Attribute attribute) throws IOException {
        CheckedOutputStream sum = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
        attribute.elements().write(sum);
        put(
                zip,
                name,
                attribute.type().bytes * attribute.elementCount(),
                sum.getChecksum().getValue());
        attribute.elements().write(zip);
        zip.closeEntry();
    }

    private static void put(ZipOutputStream zip, String name, long size, long crc) throws IOException {
        ZipEntry entry = new ZipEntry(ROOT + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(crc);
        entry.setTime(0); // the same model gives the same file
        zip.putNextEntry(entry);
    }

    /** The pickle of the module object: its class by name, its attributes by name. */
    private static byte[] module(TorchScript script) {
        PickleWriter pickle = new PickleWriter();
        pickle.global("__torch__", script.className()).operations(")\u0081");
        List<TorchScript.Attribute> attributes = script.attributes();
        if (script.packsWeights()) { // the argument of __setstate__
            pickle.global("torch.jit._pickle", "build_tensorlist").operations("(](");
            for (int i = 0; i < attributes.size(); i++) {
                tensor(pickle, i, attributes.get(i));
            }
            return pickle.operations("etRb.").bytes();
        }
        pickle.operations("}(").string("training").operations("\u0089");
        for (int i = 0; i < attributes.size(); i++) {
            pickle.string(attributes.get(i).name());
            tensor(pickle, i, attributes.get(i));
        }
        return pickle.operations("ub.").bytes();
    }

    private static void tensor(PickleWriter pickle, int number, TorchScript.Attribute attribute) {
        pickle.global("torch._utils", "_rebuild_tensor_v2").operations("((");
        pickle.string("storage").global("torch", attribute.type().storage);
        pickle.string(Integer.toString(number)).string("cpu").number(attribute.elementCount());
        pickle.operations("tQ").number(0);
        pickle.tuple(attribute.shape());
        List<Integer> strides = new ArrayList<>();
        int stride = 1;
        for (int i = attribute.shape().size() - 1; i >= 0; i--) {
            strides.add(0, stride);
            stride *= attribute.shape().get(i);
        }
        pickle.tuple(strides)
                .operations("\u0089")
                .global("collections", "OrderedDict")
                .operations(")RtR");
    }

    /** Writes pickle protocol 2. */
    private static final class PickleWriter {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        PickleWriter() {
            operations("\u0080\2");
        }

        PickleWriter operations(String codes) {
            out.writeBytes(codes.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        PickleWriter global(String module, String name) {
            return operations("c" + module + "\n" + name + "\n");
        }

        PickleWriter string(String text) {
            operations("X");
            littleEndian(text.length(), 4);
            return operations(text);
        }

        PickleWriter number(long value) {
            if (value <= Integer.MAX_VALUE) {
                operations("J");
                littleEndian(value, 4);
            } else {
                operations("\u008a\10"); // a long of 8 bytes
                littleEndian(value, 8);
            }
            return this;
        }

        PickleWriter tuple(List<Integer> values) {
            operations("(");
            values.forEach(this::number);
            return operations("t");
        }

        private void littleEndian(long value, int bytes) {
            for (int i = 0; i < bytes; i++) {
                out.write((int) (value >> (8 * i)));
            }
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
