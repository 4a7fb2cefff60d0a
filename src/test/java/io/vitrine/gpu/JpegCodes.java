package io.vitrine.gpu;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;

/** A Huffman table to write with. */
final class JpegCodes {
    /** Which tables a file has. */
    enum Kind {
        /** Those that ITU T.81 suggests. */
        STANDARD,
        /** Others in each scan: the same lengths of codes, of other symbols. */
        OWN
    }

    private final short[] counts; // of codes, by length
    private final List<Integer> symbols;
    private final int[] codes = new int[256];
    private final int[] lengths = new int[256];

    private JpegCodes(short[] counts, List<Integer> symbols) {
        this.counts = counts;
        this.symbols = symbols;
        int code = 0;
        int next = 0;
        for (int length = 1; length <= counts.length; length++) {
            for (int i = 0; i < counts[length - 1]; i++) {
                codes[symbols.get(next)] = code++;
                lengths[symbols.get(next++)] = length;
            }
            code <<= 1;
        }
    }

    /** DC and DC of chroma, AC and AC of chroma. */
    static List<JpegCodes> of(Kind kind, long seed) {
        Random random = new Random(seed);
        return List.of(
                of(JPEGHuffmanTable.StdDCLuminance, kind, random),
                of(JPEGHuffmanTable.StdDCChrominance, kind, random),
                of(JPEGHuffmanTable.StdACLuminance, kind, random),
                of(JPEGHuffmanTable.StdACChrominance, kind, random));
    }

    private static JpegCodes of(JPEGHuffmanTable table, Kind kind, Random random) {
        List<Integer> symbols = new ArrayList<>();
        for (short symbol : table.getValues()) {
            symbols.add((int) symbol);
        }
        if (kind == Kind.OWN) {
            Collections.shuffle(symbols, random);
        }
        return new JpegCodes(table.getLengths(), symbols);
    }

    void put(BitWriter bits, int symbol) {
        if (lengths[symbol] == 0) {
            throw new IllegalStateException("no code for " + symbol);
        }
        bits.put(codes[symbol], lengths[symbol]);
    }

    /** Writes the 16 numbers of codes and the symbols. */
    void write(ByteArrayOutputStream out) {
        for (int i = 0; i < 16; i++) {
            out.write(i < counts.length ? counts[i] : 0);
        }
        symbols.forEach(out::write);
    }
}
