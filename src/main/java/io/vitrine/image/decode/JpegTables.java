package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;

/** The tables of a baseline JPEG: what its segments DQT and DHT define. */
public final class JpegTables {
    static final int BLOCK = 8;
    public static final int COEFFICIENTS = BLOCK * BLOCK;

    private static final int TABLES = 4;

    /** Index in a block, row by row, of each coefficient in the file's order: along the diagonals. */
    static final int[] NATURAL = new int[COEFFICIENTS];

    static {
        int next = 0;
        for (int sum = 0; sum < 2 * BLOCK - 1; sum++) {
            for (int i = Math.max(0, sum - BLOCK + 1); i <= Math.min(sum, BLOCK - 1); i++) {
                NATURAL[next++] = sum % 2 == 0 ? (sum - i) * BLOCK + i : i * BLOCK + sum - i;
            }
        }
    }

    private final FileBytes file;
    private final ByteReader in;
    private final int[][] quantisations = new int[TABLES][];
    private final JpegHuffman[] dcTables = new JpegHuffman[TABLES];
    private final JpegHuffman[] acTables = new JpegHuffman[TABLES];

    JpegTables(FileBytes file) {
        this.file = file;
        this.in = ByteReader.bigEndian(file);
    }

    /** Index in a block, row by row, of a coefficient in the file's order. */
    public static int natural(int index) {
        return NATURAL[index];
    }

    /** Reads the body of a segment DQT. */
    void readQuantisation(int from, int to) throws ImageRejectedException {
        for (int at = from; at < to; at += 1 + COEFFICIENTS) {
            int number = in.u8(at);
            if (number >= TABLES) {
                throw JpegBits.corrupt("it has a quantisation table " + number);
            }
            quantisations[number] = new int[COEFFICIENTS];
            for (int i = 0; i < COEFFICIENTS; i++) {
                quantisations[number][NATURAL[i]] = in.u8(at + 1L + i);
            }
        }
    }

    /** Reads the body of a segment DHT. */
    void readHuffman(int from, int to) throws ImageRejectedException {
        for (int at = from; at < to; ) {
            int number = in.u8(at);
            if ((number & ~0x10) >= TABLES) {
                throw JpegBits.corrupt("it has a Huffman table " + number);
            }
            boolean dc = number < 0x10;
            (dc ? dcTables : acTables)[number & 15] =
                    new JpegHuffman(file, at + 1, dc ? JpegHuffman.MAX_DC : JpegHuffman.MAX_AC);
            at += 1 + JpegHuffman.LENGTHS + JpegHuffman.codes(file, at + 1);
        }
    }

    /** Whether the tables of these numbers are defined. */
    boolean hold(int quantisation, int dc, int ac) {
        return quantisation < TABLES
                && quantisations[quantisation] != null
                && dc < TABLES
                && dcTables[dc] != null
                && ac < TABLES
                && acTables[ac] != null;
    }

    /** The steps of quantisation, row by row. */
    int[] quantisation(int number) {
        return quantisations[number];
    }

    JpegHuffman dc(int number) {
        return dcTables[number];
    }

    JpegHuffman ac(int number) {
        return acTables[number];
    }
}
