package io.vitrine.soak;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** What bombs of several formats are made of. */
final class BombBytes {
    /** How often a bomb repeats what a file has once. */
    static final int MANY = 50_000;

    private BombBytes() {}

    /** {@code count} zero bytes in zlib's form. */
    static byte[] deflated(long count) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 16];
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(9), 1 << 16)) {
            for (long left = count; left > 0; left -= zeros.length) {
                deflater.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        }
        return out.toByteArray();
    }

    /**
     * {@code count} zero bytes in xz's form.
     *
     * @param dictionary bytes that a decoder must keep
     */
    static byte[] xz(long count, int dictionary) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LZMA2Options options = new LZMA2Options(0);
        options.setDictSize(dictionary);
        byte[] zeros = new byte[1 << 16];
        try (XZOutputStream xz = new XZOutputStream(out, options)) {
            for (long left = count; left > 0; left -= zeros.length) {
                xz.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        }
        return out.toByteArray();
    }

    /** {@code file} with {@code more} at an offset. */
    static byte[] inserted(byte[] file, int at, byte[] more) {
        return new FileBuilder()
                .bytes(Arrays.copyOf(file, at))
                .bytes(more)
                .bytes(Arrays.copyOfRange(file, at, file.length))
                .build();
    }
}
