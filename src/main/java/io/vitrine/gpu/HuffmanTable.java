package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.decode.JpegHuffman;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A Huffman table as kernels read it: {@code struct Huffman} of {@code layout.h}. Immutable. */
final class HuffmanTable {
    static final int LOOKUP_BITS = 10;
    static final int LAST_CODE = 2 << LOOKUP_BITS; // offsets in the structure
    static final int OFFSET = LAST_CODE + 4 * 18;
    static final int SYMBOLS = OFFSET + 4 * 17;
    static final int BYTES = SYMBOLS + 256;

    private final byte[] definition;
    private final int hash;
    private final byte[] structure = new byte[BYTES];

    /**
     * Reads a table.
     *
     * @param definition where its numbers of codes begin, and how long they and the symbols are
     * @param maxSymbol {@link JpegHuffman#MAX_DC} or {@link JpegHuffman#MAX_AC}
     * @throws ImageRejectedException if libjpeg refuses it
     */
    HuffmanTable(FileBytes definition, int maxSymbol) throws ImageRejectedException {
        this.definition = Arrays.copyOfRange(
                definition.array(), definition.offset(), definition.offset() + definition.length());
        hash = Arrays.hashCode(this.definition);
        fill(new JpegHuffman(definition, 0, maxSymbol));
    }

    private void fill(JpegHuffman codes) {
        ByteBuffer out = ByteBuffer.wrap(structure).order(ByteOrder.LITTLE_ENDIAN);
        int lookup = 0;
        for (int length = 1; length <= JpegHuffman.LENGTHS; length++) {
            int first = codes.firstCode(length);
            int count = codes.codes(length);
            out.putInt(LAST_CODE + 4 * length, count == 0 ? -1 : first + count - 1);
            out.putInt(OFFSET + 4 * length, codes.shift(length));
            for (int i = 0; i < count; i++) {
                int symbol = codes.symbol(first + i + codes.shift(length));
                structure[SYMBOLS + first + i + codes.shift(length)] = (byte) symbol;
                if (length <= LOOKUP_BITS) {
                    short entry = (short) (length << 8 | symbol);
                    for (int end = lookup + (1 << LOOKUP_BITS - length); lookup < end; lookup++) {
                        out.putShort(2 * lookup, entry);
                    }
                }
            }
        }
        out.putInt(LAST_CODE, -1);
        out.putInt(LAST_CODE + 4 * (JpegHuffman.LENGTHS + 1), -1);
    }

    /** Writes the structure. */
    void write(ByteBuffer out) {
        out.put(structure);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HuffmanTable table && Arrays.equals(definition, table.definition);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
