package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.Arrays;

/**
 * The components of a baseline JPEG as they are stored: chroma keeps its own resolution. libjpeg's levels, to the bit. Damaged data
 * are refused.
 */
final class JpegPlanes {
    private static final int BLOCK = JpegTables.BLOCK;
    private static final int COEFFICIENTS = JpegTables.COEFFICIENTS;
    private static final int MAX_CATEGORY = 11; // bits of a DC difference
    private static final int ZERO_RUN = 0xf0; // symbol of 16 zeros

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
    private final JpegTables tables;
    private final int[] block = new int[COEFFICIENTS];
    private final JpegIdct idct = new JpegIdct();
    private Component[] components = {};
    private int restartInterval;

    private JpegPlanes(FileBytes file, int width, int height, int count) {
        this.file = file;
        this.in = ByteReader.bigEndian(file);
        this.tables = new JpegTables(file);
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
                case JpegMarkers.DQT -> tables.readQuantisation(at + 4, next);
                case JpegMarkers.DHT -> tables.readHuffman(at + 4, next);
                case JpegMarkers.DRI -> restartInterval = in.u16(at + 4L);
                case JpegMarkers.SOF0, JpegMarkers.SOF0 + 1 -> readFrame(at + 4);
                default -> throw JpegBits.corrupt(String.format("it has the marker ff%02x", in.u8(at + 1L)));
            }
            at = next;
        }
        readScan(at + 4);
        decodeScan(new JpegBits(file, JpegMarkers.afterSegment(in, at)));
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
            int numbers = in.u8(at + 2L + 2L * i);
            component.dc = numbers >> 4;
            component.ac = numbers & 15;
            boolean complete = in.u8(at + 1L + 2L * i) == component.id
                    && tables.hold(component.quantisation, component.dc, component.ac);
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
        int[] steps = tables.quantisation(component.quantisation);
        Arrays.fill(block, 0);
        int category = tables.dc(component.dc).next(bits);
        if (category > MAX_CATEGORY) {
            throw JpegBits.corrupt("a block's level has " + category + " bits");
        }
        component.level += bits.nextSigned(category);
        block[0] = (short) (component.level * steps[0]);
        JpegHuffman table = tables.ac(component.ac);
        for (int i = 1; i < COEFFICIENTS; i++) {
            int symbol = table.next(bits);
            if ((symbol & 15) != 0) {
                i += symbol >> 4;
                int value = bits.nextSigned(symbol & 15);
                if (i >= COEFFICIENTS) {
                    throw JpegBits.corrupt("a block has more than 64 coefficients");
                }
                int at = JpegTables.NATURAL[i];
                block[at] = (short) (value * steps[at]);
            } else if (symbol == ZERO_RUN) {
                i += 15;
            } else {
                return;
            }
        }
    }
}
