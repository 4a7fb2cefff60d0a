package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.Arrays;

/**
 * The components of a baseline JPEG as they are stored: chroma keeps its own resolution. libjpeg's levels, to the bit. Damaged data
 * are refused.
 */
final class JpegPlanes {
    private static final int BLOCK = 8;
    private static final int COEFFICIENTS = 64;
    private static final int TABLES = 4;
    private static final int MAX_CATEGORY = 11; // bits of a DC difference
    private static final int ZERO_RUN = 0xf0; // symbol of 16 zeros

    /** Index in a block, row by row, of each coefficient in the file's order: along the diagonals. */
    private static final int[] NATURAL = new int[COEFFICIENTS];

    static {
        int next = 0;
        for (int sum = 0; sum < 2 * BLOCK - 1; sum++) {
            for (int i = Math.max(0, sum - BLOCK + 1); i <= Math.min(sum, BLOCK - 1); i++) {
                NATURAL[next++] = sum % 2 == 0 ? (sum - i) * BLOCK + i : i * BLOCK + sum - i;
            }
        }
    }

    /** One component. */
    private static final class Component {
        int id;
        int horizontal; // sampling factors
        int vertical;
        int quantisation; // numbers of tables
        int dc;
        int ac;
        int level; // DC of the block before
        int stride;
        byte[] levels = new byte[0];
    }

    private final FileBytes file;
    private final ByteReader in;
    private final int width;
    private final int height;
    private final int count;
    private final int[][] quantisations = new int[TABLES][];
    private final JpegHuffman[] dcTables = new JpegHuffman[TABLES];
    private final JpegHuffman[] acTables = new JpegHuffman[TABLES];
    private final int[] block = new int[COEFFICIENTS];
    private final JpegIdct idct = new JpegIdct();
    private Component[] components = {};
    private int restartInterval;

    private JpegPlanes(FileBytes file, int width, int height, int count) {
        this.file = file;
        this.in = ByteReader.bigEndian(file);
        this.width = width;
        this.height = height;
        this.count = count;
    }

    /**
     * Decodes a file of one scan.
     *
     * @param width that it must have
     * @param height rows that are decoded; the file may have more
     * @param count components that it must have
     */
    static JpegPlanes decode(FileBytes file, int width, int height, int count) throws ImageRejectedException {
        JpegPlanes planes = new JpegPlanes(file, width, height, count);
        planes.decode();
        return planes;
    }

    int count() {
        return components.length;
    }

    /** Columns of the image for each of chroma. */
    int horizontal() {
        return components[0].horizontal;
    }

    /** Rows of the image for each of chroma. */
    int vertical() {
        return components[0].vertical;
    }

    /** Levels, row by row. */
    byte[] levels(int component) {
        return components[component].levels;
    }

    /** Bytes from one row of a component to the next. */
    int stride(int component) {
        return components[component].stride;
    }

    private void decode() throws ImageRejectedException {
        int at = 2;
        while (in.u8(at + 1L) != JpegMarkers.SOS) {
            int next = at + 2 + in.u16(at + 2L);
            switch (in.u8(at + 1L)) {
                case JpegMarkers.DQT -> readQuantisation(at + 4, next);
                case JpegMarkers.DHT -> readHuffman(at + 4, next);
                case JpegMarkers.DRI -> restartInterval = in.u16(at + 4L);
                case JpegMarkers.SOF0, JpegMarkers.SOF0 + 1 -> readFrame(at + 4);
                default -> throw JpegBits.corrupt(String.format("it has the marker ff%02x", in.u8(at + 1L)));
            }
            at = next;
        }
        readScan(at + 4);
        decodeScan(new JpegBits(file, JpegMarkers.afterSegment(in, at)));
    }

    private void readQuantisation(int from, int to) throws ImageRejectedException {
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

    private void readHuffman(int from, int to) throws ImageRejectedException {
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

    private void readFrame(int at) throws ImageRejectedException {
        if (in.u8(at) != 8 || in.u16(at + 3L) != width || in.u16(at + 1L) < height) {
            throw JpegBits.corrupt("its frame has " + in.u16(at + 3L) + " x " + in.u16(at + 1L) + " pixels of "
                    + in.u8(at) + " bits, not " + width + " x " + height);
        }
        if (in.u8(at + 5L) != count) {
            throw JpegBits.corrupt(
                    "its frame has " + in.u8(at + 5L) + " components, not the " + count + " of the TIFF");
        }
        components = new Component[count];
        for (int i = 0; i < components.length; i++) {
            Component component = new Component();
            component.id = in.u8(at + 6L + 3L * i);
            component.horizontal = in.u8(at + 7L + 3L * i) >> 4;
            component.vertical = in.u8(at + 7L + 3L * i) & 15;
            component.quantisation = in.u8(at + 8L + 3L * i);
            components[i] = component;
            boolean allowed = i == 0 && count > 1 ? isAllowed(component) : isWhole(component);
            if (!allowed) {
                throw JpegBits.corrupt("component " + i + " has sampling factors " + component.horizontal + " and "
                        + component.vertical);
            }
        }
    }

    /** What TIFF allows: as many columns as rows, or more; libtiff reads half the rows with all columns, too. */
    private static boolean isAllowed(Component first) {
        int h = first.horizontal;
        int v = first.vertical;
        return (h == 1 || h == 2 || h == 4) && (v == 1 || v == 2 || v == 4) && (v <= h || h == 1 && v == 2);
    }

    /** What chroma must have, and grey as libtiff reads it. */
    private static boolean isWhole(Component component) {
        return component.horizontal == 1 && component.vertical == 1;
    }

    private void readScan(int at) throws ImageRejectedException {
        if (components.length == 0 || in.u8(at) != components.length) {
            throw JpegBits.corrupt("it has a scan of " + in.u8(at) + " components out of " + components.length);
        }
        for (int i = 0; i < components.length; i++) {
            Component component = components[i];
            int tables = in.u8(at + 2L + 2L * i);
            component.dc = tables >> 4;
            component.ac = tables & 15;
            boolean complete = in.u8(at + 1L + 2L * i) == component.id
                    && component.quantisation < TABLES
                    && quantisations[component.quantisation] != null
                    && component.dc < TABLES
                    && dcTables[component.dc] != null
                    && component.ac < TABLES
                    && acTables[component.ac] != null;
            if (!complete) {
                throw JpegBits.corrupt("component " + i + " lacks a table, or is not the scan's");
            }
        }
    }

    private void decodeScan(JpegBits bits) throws ImageRejectedException {
        int across = (width - 1) / (BLOCK * horizontal()) + 1;
        int down = (height - 1) / (BLOCK * vertical()) + 1;
        for (Component component : components) {
            component.stride = across * component.horizontal * BLOCK;
            component.levels = new byte[Math.multiplyExact(component.stride, down * component.vertical * BLOCK)];
        }
        int unit = 0;
        for (int row = 0; row < down; row++) {
            for (int column = 0; column < across; column++, unit++) {
                if (restartInterval > 0 && unit > 0 && unit % restartInterval == 0) {
                    bits.restart(JpegMarkers.RST0 + (unit / restartInterval - 1) % 8);
                    for (Component component : components) {
                        component.level = 0;
                    }
                }
                for (Component component : components) {
                    for (int i = 0; i < component.vertical * component.horizontal; i++) {
                        readBlock(bits, component);
                        int y = (row * component.vertical + i / component.horizontal) * BLOCK;
                        int x = (column * component.horizontal + i % component.horizontal) * BLOCK;
                        idct.transform(block, component.levels, y * component.stride + x, component.stride);
                    }
                }
            }
        }
    }

    private void readBlock(JpegBits bits, Component component) throws ImageRejectedException {
        int[] steps = quantisations[component.quantisation];
        Arrays.fill(block, 0);
        int category = dcTables[component.dc].next(bits);
        if (category > MAX_CATEGORY) {
            throw JpegBits.corrupt("a block's level has " + category + " bits");
        }
        component.level += bits.nextSigned(category);
        block[0] = (short) (component.level * steps[0]);
        JpegHuffman table = acTables[component.ac];
        for (int i = 1; i < COEFFICIENTS; i++) {
            int symbol = table.next(bits);
            if ((symbol & 15) != 0) {
                i += symbol >> 4;
                int value = bits.nextSigned(symbol & 15);
                if (i >= COEFFICIENTS) {
                    throw JpegBits.corrupt("a block has more than 64 coefficients");
                }
                block[NATURAL[i]] = (short) (value * steps[NATURAL[i]]);
            } else if (symbol == ZERO_RUN) {
                i += 15;
            } else {
                return;
            }
        }
    }
}
