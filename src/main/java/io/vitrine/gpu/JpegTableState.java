package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.decode.JpegHuffman;
import io.vitrine.image.decode.JpegTables;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The tables that are defined at a place of a JPEG. Keeps tables that files repeat. Not thread-safe. */
final class JpegTableState {
    private static final int TABLES = 4;
    private static final int MAX_KEPT = 64; // tables of each kind, 3 KB each

    private final short[][] quantisations = new short[TABLES][];
    private final HuffmanTable[] dc = new HuffmanTable[TABLES];
    private final HuffmanTable[] ac = new HuffmanTable[TABLES];
    private final Map<Definition, HuffmanTable> keptDc = new HashMap<>();
    private final Map<Definition, HuffmanTable> keptAc = new HashMap<>();

    /** Bytes of a table in a file. */
    private record Definition(FileBytes bytes) {
        /** A copy, to be kept. */
        Definition copied() {
            int offset = bytes.offset();
            return new Definition(
                    FileBytes.of(Arrays.copyOfRange(bytes.array(), offset, offset + bytes.length())));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Definition definition
                    && Arrays.equals(
                            bytes.array(),
                            bytes.offset(),
                            bytes.offset() + bytes.length(),
                            definition.bytes.array(),
                            definition.bytes.offset(),
                            definition.bytes.offset() + definition.bytes.length());
        }

        @Override
        public int hashCode() {
            int hash = 1;
            for (int i = bytes.offset(); i < bytes.offset() + bytes.length(); i++) {
                hash = 31 * hash + bytes.array()[i];
            }
            return hash;
        }
    }

    /** Forgets what a file defined. */
    void clear() {
        Arrays.fill(quantisations, null);
        Arrays.fill(dc, null);
        Arrays.fill(ac, null);
    }

    /** Reads the body of a segment DQT. */
    void readQuantisations(FileBytes file, int from, int to) throws HandOverException {
        int at = from;
        while (at < to) {
            int number = file.at(at) & 15;
            int width = 1 + (file.at(at) >> 4); // bytes of a step
            int next = at + 1 + width * JpegTables.COEFFICIENTS;
            if (number >= TABLES || width > 2 || next > to) {
                throw new HandOverException(HandOver.STRUCTURE);
            }
            short[] steps = new short[JpegTables.COEFFICIENTS];
            for (int i = 0; i < steps.length; i++) {
                int first = file.at(at + 1 + width * i);
                steps[JpegTables.natural(i)] = (short) (width == 1 ? first : first << 8 | file.at(at + 2 + width * i));
            }
            quantisations[number] = steps;
            at = next;
        }
    }

    /** Reads the body of a segment DHT. */
    void readHuffmans(FileBytes file, int from, int to) throws HandOverException, ImageRejectedException {
        int at = from;
        while (at < to) {
            int number = file.at(at);
            boolean forDc = number < 0x10;
            int next = at + 1 + JpegHuffman.LENGTHS + JpegHuffman.codes(file, at + 1);
            if ((number & ~0x10) >= TABLES || next > to) {
                throw new HandOverException(HandOver.STRUCTURE);
            }
            Definition definition = new Definition(file.part(at + 1, next));
            Map<Definition, HuffmanTable> kept = forDc ? keptDc : keptAc;
            HuffmanTable table = kept.get(definition);
            if (table == null) {
                table = new HuffmanTable(definition.bytes, forDc ? JpegHuffman.MAX_DC : JpegHuffman.MAX_AC);
                if (kept.size() == MAX_KEPT) {
                    kept.clear();
                }
                kept.put(definition.copied(), table);
            }
            (forDc ? dc : ac)[number & 15] = table;
            at = next;
        }
    }

    /** The steps of quantisation, row by row. */
    short[] quantisation(int number) throws HandOverException {
        return defined(quantisations, number);
    }

    HuffmanTable dc(int number) throws HandOverException {
        return defined(dc, number);
    }

    HuffmanTable ac(int number) throws HandOverException {
        return defined(ac, number);
    }

    private static <T> T defined(T[] tables, int number) throws HandOverException {
        if (number >= TABLES || tables[number] == null) {
            throw new HandOverException(HandOver.STRUCTURE);
        }
        return tables[number];
    }
}
