package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.Arrays;

/**
 * Decodes a BMP's run length encoding to palette indices, as Pillow's {@code BmpRleDecoder}: pixels follow each other whatever the
 * row, so that a row with too many moves the next. Two things differ from the format's description. Literal pixels may leave
 * their row, and all pixels must be there. Literal runs of an odd number of 4-bit pixels are read as described, and not as by
 * Pillow, which loses the last one. Used once.
 */
final class BmpRuns {
    private static final int END_OF_ROW = 0;
    private static final int END = 1;
    private static final int SKIP = 2;

    private final FileBytes file;
    private final boolean isPacked;
    private final int width;
    private final byte[] indices;
    private long at; // offset of the next byte
    private int filled;
    private int x;

    private BmpRuns(FileBytes file, BmpHeader header) {
        this.file = file;
        this.isPacked = header.encoding() == BmpHeader.Encoding.RUNS4;
        this.width = header.width();
        this.indices = new byte[header.width() * header.height()];
        this.at = header.data();
    }

    /**
     * The indices, row by row in the file's order.
     *
     * @throws ImageRejectedException if there are fewer than pixels
     */
    static byte[] indices(FileBytes file, BmpHeader header) throws ImageRejectedException {
        BmpRuns runs = new BmpRuns(file, header);
        runs.decode();
        return runs.indices;
    }

    private void decode() throws ImageRejectedException {
        while (filled < indices.length) {
            int count = next();
            int value = next();
            if (count > 0) {
                repeat(Math.min(count, Math.max(0, width - x)), value);
            } else if (value == END_OF_ROW) {
                skip((width - filled % width) % width);
                x = 0;
            } else if (value == END) {
                throw new ImageRejectedException(
                        RejectionReason.CORRUPT, "BMP has runs for " + filled + " of " + indices.length + " pixels");
            } else if (value == SKIP) {
                skip(next() + (long) next() * width);
                x = filled % width;
            } else {
                copy(value);
            }
        }
    }

    private void repeat(int count, int value) {
        int end = filled + Math.min(count, indices.length - filled);
        if (isPacked) {
            for (int i = 0; filled + i < end; i++) {
                indices[filled + i] = nibble(value, i);
            }
        } else {
            Arrays.fill(indices, filled, end, (byte) value);
        }
        filled = end;
        x += count;
    }

    private void copy(int count) throws ImageRejectedException {
        int pixelBytes = isPacked ? (count + 1) / 2 : count;
        for (int i = 0; i < count && filled < indices.length; i++) {
            indices[filled++] = isPacked ? nibble(byteAt(at + i / 2), i) : (byte) byteAt(at + i);
        }
        at += pixelBytes;
        at += at & 1; // runs start at even offsets
        x += count;
    }

    private static byte nibble(int pair, int index) {
        return (byte) (index % 2 == 0 ? pair >> 4 : pair & 0xf);
    }

    private void skip(long count) {
        filled += (int) Math.min(count, indices.length - filled);
    }

    private int next() throws ImageRejectedException {
        return byteAt(at++);
    }

    private int byteAt(long offset) throws ImageRejectedException {
        if (offset >= file.length()) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED,
                    "the file ends after " + file.length() + " bytes, with runs for " + filled + " of " + indices.length
                            + " pixels");
        }
        return file.at((int) offset);
    }
}
