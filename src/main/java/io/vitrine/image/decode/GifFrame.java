package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/**
 * Decodes the palette indices of a GIF's first frame: LZW, as in Pillow's {@code GifDecode.c}. Stops at the frame's last pixel,
 * whatever follows, so the time is bounded by the pixels and the bytes before. Used once.
 *
 * <p>Damaged data is judged as by Pillow, which reads files in portions. A block is decoded once all of it is there. An end code
 * before the last pixel ends a portion, and an empty block ends nothing: codes go on behind them, if the file has more.
 */
final class GifFrame {
    private static final int TABLE_SIZE = 4096;
    private static final int MAX_CODE_BITS = 12;
    private static final int PORTION_BYTES = 1 << 16; // ImageFile.MAXBLOCK

    private final FileBytes file;
    private final byte[] indices;
    private final byte[] last = new byte[TABLE_SIZE]; // the last pixel of each code's string
    private final short[] prefix = new short[TABLE_SIZE]; // the code of the string before it
    private final byte[] string = new byte[TABLE_SIZE + 1]; // filled from the end

    private int at; // offset of the next byte
    private int portionEnd; // offset
    private boolean ended; // whether there was an end code or an empty block
    private int blockBytes; // left in the current sub-block
    private int bits; // not yet taken, the next one lowest
    private int bitCount;
    private int filled;

    private GifFrame(FileBytes file, GifHeader.Frame frame) {
        this.file = file;
        this.at = frame.data();
        this.indices = new byte[frame.width() * frame.height()];
    }

    /**
     * The indices, row-major, from the top down.
     *
     * @throws ImageRejectedException if codes are wrong, or if they give too few pixels
     */
    static byte[] indices(FileBytes file, GifHeader.Frame frame) throws ImageRejectedException {
        GifFrame decoder = new GifFrame(file, frame);
        decoder.decode();
        return frame.isInterlaced() ? deinterlaced(decoder.indices, frame) : decoder.indices;
    }

    private void decode() throws ImageRejectedException {
        int rootBits = file.at(at++);
        portionEnd = at;
        nextPortion();
        if (rootBits > MAX_CODE_BITS) {
            throw corrupt("codes of " + rootBits + " bits");
        }
        int clear = 1 << rootBits;
        int codeBits = rootBits + 1;
        int next = clear + 2;
        int previous = -1; // none after a clear code
        int first = 0; // pixel of the previous string
        while (filled < indices.length) {
            int code = code(codeBits);
            if (code == clear) {
                codeBits = rootBits + 1;
                next = clear + 2;
                previous = -1;
            } else if (code == clear + 1) {
                ended = true;
                nextPortion();
            } else if (previous < 0) {
                if (code > clear) {
                    throw corrupt("code " + code + " before it is defined");
                }
                first = code;
                previous = code;
                indices[filled++] = (byte) code;
            } else {
                int from = string.length;
                int prefixCode = code;
                if (code > next) {
                    throw corrupt("code " + code + " before it is defined");
                } else if (code == next) {
                    string[--from] = (byte) first;
                    prefixCode = previous;
                }
                while (prefixCode >= clear) {
                    if (from == 1 || prefixCode >= TABLE_SIZE) {
                        throw corrupt("a string without end");
                    }
                    string[--from] = last[prefixCode];
                    prefixCode = prefix[prefixCode];
                }
                first = prefixCode;
                string[--from] = (byte) first;
                if (next < TABLE_SIZE) {
                    last[next] = (byte) first;
                    prefix[next] = (short) previous;
                    if (next == (1 << codeBits) - 1 && codeBits < MAX_CODE_BITS) {
                        codeBits++;
                    }
                    next++;
                }
                previous = code;
                int length = Math.min(string.length - from, indices.length - filled);
                System.arraycopy(string, from, indices, filled, length);
                filled += length;
            }
        }
    }

    private int code(int codeBits) throws ImageRejectedException {
        while (bitCount < codeBits) {
            while (blockBytes == 0) {
                while (at >= portionEnd || at + file.at(at) >= portionEnd) {
                    nextPortion();
                }
                blockBytes = file.at(at++);
                ended |= blockBytes == 0;
            }
            bits |= file.at(at++) << bitCount;
            bitCount += 8;
            blockBytes--;
        }
        int code = bits & (1 << codeBits) - 1;
        bits >>>= codeBits;
        bitCount -= codeBits;
        return code;
    }

    private void nextPortion() throws ImageRejectedException {
        if (portionEnd == file.length()) {
            String pixels = "data for " + filled + " of " + indices.length + " pixels";
            throw ended
                    ? corrupt(pixels)
                    : new ImageRejectedException(
                            RejectionReason.TRUNCATED,
                            "the file ends after " + file.length() + " bytes, within a GIF frame: it has " + pixels);
        }
        portionEnd += Math.min(file.length() - portionEnd, PORTION_BYTES);
    }

    private static ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "GIF frame has " + what);
    }

    /** Rows come in four passes: every eighth from 0, every eighth from 4, every fourth from 2, every second from 1. */
    private static byte[] deinterlaced(byte[] passes, GifHeader.Frame frame) {
        byte[] rows = new byte[passes.length];
        int[] starts = {0, 4, 2, 1};
        int[] steps = {8, 8, 4, 2};
        int from = 0;
        for (int pass = 0; pass < starts.length; pass++) {
            for (int y = starts[pass]; y < frame.height(); y += steps[pass]) {
                System.arraycopy(passes, from, rows, y * frame.width(), frame.width());
                from += frame.width();
            }
        }
        return rows;
    }
}
