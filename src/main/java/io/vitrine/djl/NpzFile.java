package io.vitrine.djl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes NumPy's NPZ: a zip with one NPY file, version 1.0, per array of 32-bit floats. */
final class NpzFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64; // of the data, as NumPy writes it

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes);

    NpzFile() {
        zip.setLevel(Deflater.NO_COMPRESSION);
    }

    /** Adds an array, row-major. */
    void add(String name, int[] shape, float[] values) {
        String dimensions = Arrays.stream(shape).mapToObj(side -> side + ",").collect(Collectors.joining(" "));
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dimensions + "), }";
        int start = MAGIC.length + Short.BYTES;
        int padded = (start + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer file = ByteBuffer.allocate(Math.addExact(padded, Math.multiplyExact(values.length, Float.BYTES)))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put(MAGIC).putShort((short) (padded - start));
        file.put(header.getBytes(StandardCharsets.US_ASCII));
        while (file.position() < padded - 1) {
            file.put((byte) ' ');
        }
        file.put((byte) '\n').asFloatBuffer().put(values);
        try {
            zip.putNextEntry(new ZipEntry(name + ".npy"));
            zip.write(file.array());
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole file. Nothing can be added after this. */
    byte[] bytes() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
