package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;

/** A Huffman table of a JPEG: codes of 1 to 16 bits, in the order of their lengths and values. */
public final class JpegHuffman {
    public static final int LENGTHS = 16; // of codes, in bits
    public static final int MAX_DC = 15; // largest symbol of a table for DC
    public static final int MAX_AC = 255;
    private static final int MAX_CODES = 256;

    private final int[] end = new int[LENGTHS + 1]; // one more than the last code of a length
    private final int[] shift = new int[LENGTHS + 1]; // from a code to the index of its symbol
    private final int[] symbols;

    /**
     * Reads a table.
     *
     * @param at offset of the 16 numbers of codes, which the symbols follow
     * @param maxSymbol {@link #MAX_DC} or {@link #MAX_AC}
     * @throws ImageRejectedException if it is cut off, or no Huffman table that libjpeg takes
     */
    public JpegHuffman(FileBytes file, int at, int maxSymbol) throws ImageRejectedException {
        int codes = codes(file, at);
        if (codes > MAX_CODES || at + LENGTHS + codes > file.length()) {
            throw JpegBits.corrupt("it has a Huffman table of " + codes + " codes at byte " + at);
        }
        symbols = new int[codes];
        for (int i = 0; i < codes; i++) {
            symbols[i] = file.at(at + LENGTHS + i);
            if (symbols[i] > maxSymbol) {
                throw JpegBits.corrupt("it has a Huffman table with a symbol of " + symbols[i] + " at byte " + at);
            }
        }
        int code = 0;
        int index = 0;
        for (int length = 1; length <= LENGTHS; length++) {
            int ofLength = file.at(at + length - 1);
            shift[length] = index - code;
            code += ofLength;
            index += ofLength;
            if (index > 0 && code >= 1 << length && index - ofLength < codes) { // no code is all ones
                throw JpegBits.corrupt("it has a Huffman table of too many codes at byte " + at);
            }
            end[length] = code;
            code <<= 1;
        }
    }

    /** The number of codes of the table at {@code at}. */
    public static int codes(FileBytes file, int at) throws ImageRejectedException {
        if (at < 0 || at > file.length() - LENGTHS) {
            throw JpegBits.corrupt("a Huffman table is past its end");
        }
        int codes = 0;
        for (int i = 0; i < LENGTHS; i++) {
            codes += file.at(at + i);
        }
        return codes;
    }

    /** The first code of a length, if there is any; else what it would be. */
    public int firstCode(int length) {
        return end[length - 1] << 1;
    }

    /** The number of codes of a length. */
    public int codes(int length) {
        return end[length] - firstCode(length);
    }

    /** What is added to a code of a length for the index of its symbol. */
    public int shift(int length) {
        return shift[length];
    }

    /** A symbol, in the order of the codes. */
    public int symbol(int index) {
        return symbols[index];
    }

    /** Reads the next symbol. */
    int next(JpegBits bits) throws ImageRejectedException {
        int code = 0;
        for (int length = 1; length <= LENGTHS; length++) {
            code = code << 1 | bits.next(1);
            if (code < end[length]) {
                return symbols[code + shift[length]];
            }
        }
        throw JpegBits.corrupt("it has an unknown Huffman code");
    }
}
