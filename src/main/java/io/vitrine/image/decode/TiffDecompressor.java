package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses strips and tiles. Like libtiff, stops when the output is full, and ignores what follows. */
final class TiffDecompressor implements AutoCloseable {
    private final TiffCompression compression;
    private final Inflater inflater = new Inflater();
    private final TiffLzw lzw = new TiffLzw();
    private SparkCodecs spark; // with the first strip that needs it

    /** @param compression any but CCITT and JPEG */
    TiffDecompressor(TiffCompression compression) {
        this.compression = compression;
    }

    /**
     * Fills {@code length} bytes of {@code out}.
     *
     * @throws ImageRejectedException if the data are damaged, or too short
     */
    void decode(FileBytes in, byte[] out, int length) throws ImageRejectedException {
        boolean full =
                switch (compression) {
                    case LZW -> lzw.decode(in, out, length);
                    case PACK_BITS -> unpackBits(in, out, length);
                    case DEFLATE -> inflate(in, out, length);
                    case ZSTD -> spark().decodeZstd(in, out, length);
                    case LZMA -> spark().decodeXz(in, out, length);
                    default ->
                        throw new ImageRejectedException(
                                RejectionReason.UNSUPPORTED,
                                "TIFF with compression " + compression + " is not supported");
                };
        if (!full) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "TIFF has a strip or tile of damaged " + compression + " data");
        }
    }

    private SparkCodecs spark() {
        if (spark == null) {
            spark = new SparkCodecs();
        }
        return spark;
    }

    private static boolean unpackBits(FileBytes in, byte[] out, int length) {
        int from = 0;
        int at = 0;
        while (at < length && from < in.length()) {
            int code = (byte) in.at(from++);
            if (code >= 0) { // as many bytes and one more
                int bytes = Math.min(code + 1, length - at);
                if (bytes > in.length() - from) {
                    return false;
                }
                System.arraycopy(in.array(), in.offset() + from, out, at, bytes);
                from += bytes;
                at += bytes;
            } else if (code > Byte.MIN_VALUE) { // one byte, repeated
                if (from == in.length()) {
                    return false;
                }
                byte value = (byte) in.at(from++);
                for (int end = Math.min(length, at + 1 - code); at < end; ) {
                    out[at++] = value;
                }
            }
        }
        return at == length;
    }

    private boolean inflate(FileBytes in, byte[] out, int length) {
        inflater.reset();
        inflater.setInput(in.array(), in.offset(), in.length());
        try {
            int at = 0;
            while (at < length) {
                int bytes = inflater.inflate(out, at, length - at);
                at += bytes;
                if (bytes == 0) {
                    return false;
                }
            }
            return true;
        } catch (DataFormatException e) {
            return false;
        }
    }

    @Override
    public void close() {
        inflater.end();
        if (spark != null) {
            spark.close();
        }
    }
}
