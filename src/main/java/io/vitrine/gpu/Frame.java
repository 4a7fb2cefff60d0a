package io.vitrine.gpu;

import io.vitrine.FileBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The frame header of a JPEG, with sampling factors that the kernels upsample.
 *
 * @param width as stored, in pixels
 * @param horizontal largest sampling factor
 * @param vertical largest sampling factor
 */
record Frame(int width, int height, int horizontal, int vertical, List<Component> components) {
    private static final int BLOCK = 8;
    private static final int HEADER = 6; // bytes before what it says about each component, in 3 bytes
    private static final int MAX_FACTOR = 4;
    private static final int MAX_SIDE = 65_500; // libjpeg's JPEG_MAX_DIMENSION

    /**
     * A component.
     *
     * @param id its name in the headers of scans
     * @param quantisation number of its table
     * @param width samples per row that count, without the padding of blocks
     * @param blocksWide stored blocks per row
     */
    record Component(
            int id,
            int horizontal,
            int vertical,
            int quantisation,
            int width,
            int height,
            int blocksWide,
            int blocksHigh) {
        long blocks() {
            return (long) blocksWide * blocksHigh;
        }
    }

    /**
     * Reads the body of a segment SOF0 or SOF1.
     *
     * @param from offset of the body
     * @param to its end
     */
    static Frame read(FileBytes file, int from, int to) throws HandOverException {
        require(to - from >= HEADER && file.at(from) == 8, HandOver.PROCESS);
        int count = file.at(from + 5);
        require(count == 1 || count == 3 || count == 4, HandOver.PROCESS);
        int height = u16(file, from + 1);
        int width = u16(file, from + 3);
        require(
                to - from == HEADER + 3 * count && width >= 1 && height >= 1 && Math.max(width, height) <= MAX_SIDE,
                HandOver.STRUCTURE);
        int horizontal = 1;
        int vertical = 1;
        for (int i = 0; i < count && count > 1; i++) {
            int factors = file.at(from + HEADER + 3 * i + 1);
            horizontal = Math.max(horizontal, factors >> 4);
            vertical = Math.max(vertical, factors & 15);
        }
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = from + HEADER + 3 * i;
            int h = file.at(at + 1) >> 4;
            int v = file.at(at + 1) & 15;
            require(h >= 1 && h <= MAX_FACTOR && v >= 1 && v <= MAX_FACTOR, HandOver.STRUCTURE);
            if (count == 1) {
                h = 1; // the factors of a single component mean nothing
                v = 1;
            }
            require(horizontal % h == 0 && vertical % v == 0, HandOver.SAMPLING);
            components.add(new Component(
                    file.at(at),
                    h,
                    v,
                    file.at(at + 2),
                    ceilDiv(width * h, horizontal),
                    ceilDiv(height * v, vertical),
                    h * ceilDiv(width, BLOCK * horizontal),
                    v * ceilDiv(height, BLOCK * vertical)));
        }
        require(components.stream().map(Component::id).distinct().count() == count, HandOver.STRUCTURE);
        return new Frame(width, height, horizontal, vertical, List.copyOf(components));
    }

    private static void require(boolean usual, HandOver otherwise) throws HandOverException {
        if (!usual) {
            throw new HandOverException(otherwise);
        }
    }

    private static int u16(FileBytes file, int at) {
        return file.at(at) << 8 | file.at(at + 1);
    }

    List<Integer> ids() {
        return components.stream().map(Component::id).toList();
    }

    /** Blocks of all components. */
    long blocks() {
        return components.stream().mapToLong(Component::blocks).sum();
    }

    /** MCUs per row of a scan. */
    int mcusWide(List<Integer> scanned) {
        return scanned.size() == 1
                ? ceilDiv(components.get(scanned.get(0)).width(), BLOCK)
                : ceilDiv(width, BLOCK * horizontal);
    }

    /** Rows of MCUs of a scan. */
    int mcusHigh(List<Integer> scanned) {
        return scanned.size() == 1
                ? ceilDiv(components.get(scanned.get(0)).height(), BLOCK)
                : ceilDiv(height, BLOCK * vertical);
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
