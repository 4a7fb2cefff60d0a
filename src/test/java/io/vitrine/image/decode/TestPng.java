package io.vitrine.image.decode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNGs chunk by chunk. */
final class TestPng {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private TestPng() {
        out.writeBytes("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
    }

    static TestPng of(int width, int height, int bitDepth, int colourType) {
        return new TestPng().header(width, height, bitDepth, colourType, /* interlace= */ 0);
    }

    static TestPng interlaced(int width, int height, int bitDepth, int colourType) {
        return new TestPng().header(width, height, bitDepth, colourType, /* interlace= */ 1);
    }

    private TestPng header(int width, int height, int bitDepth, int colourType, int interlace) {
        return chunk("IHDR", numbers(width, height), (byte) bitDepth, (byte) colourType, (byte) 0, (byte) 0, (byte)
                interlace);
    }

    private TestPng chunk(String type, byte[] start, byte... rest) {
        byte[] data = ByteBuffer.allocate(start.length + rest.length)
                .put(start)
                .put(rest)
                .array();
        return chunk(type, data);
    }

    TestPng chunk(String type, byte... data) {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(StandardCharsets.ISO_8859_1));
        crc.update(data);
        return chunk(type, (int) crc.getValue(), data);
    }

    TestPng chunk(String type, String data) {
        return chunk(type, data.getBytes(StandardCharsets.ISO_8859_1));
    }

    TestPng chunk(String type, int checksum, byte... data) {
        out.writeBytes(numbers(data.length));
        out.writeBytes(type.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(data);
        out.writeBytes(numbers(checksum));
        return this;
    }

    /** An animation's frame. */
    TestPng frame(int sequence, int width, int height, int left, int top) {
        return chunk(
                "fcTL",
                numbers(sequence, width, height, left, top),
                (byte) 0,
                (byte) 1,
                (byte) 0,
                (byte) 1,
                (byte) 0,
                (byte) 0);
    }

    /** Compressed rows, each with its filter. */
    TestPng rows(int... bytes) {
        return chunk("IDAT", deflated(bytes));
    }

    static byte[] deflated(int... bytes) {
        byte[] rows = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            rows[i] = (byte) bytes[i];
        }
        Deflater deflater = new Deflater();
        deflater.setInput(rows);
        deflater.finish();
        byte[] buffer = new byte[100 + 2 * rows.length];
        int length = deflater.deflate(buffer);
        deflater.end();
        return Arrays.copyOf(buffer, length);
    }

    static byte[] numbers(int... numbers) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * numbers.length);
        for (int number : numbers) {
            buffer.putInt(number);
        }
        return buffer.array();
    }

    byte[] end() {
        return chunk("IEND").build();
    }

    byte[] build() {
        return out.toByteArray();
    }
}
