package io.vitrine.gpu;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Encodes and decodes a scan's segments, one symbol after the other. ITU T.81, F.1.2 and F.2.2. */
final class SerialScan {
    private static final int[] NATURAL = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };
    private static final int END_OF_BLOCK = 0x00;
    private static final int ZERO_RUN = 0xf0;

    private final RandomImage image;
    private final List<Integer> components;
    private final int interval; // MCUs of a segment

    SerialScan(RandomImage image, List<Integer> components, int interval) {
        this.image = image;
        this.components = components;
        this.interval = interval;
    }

    int segments() {
        return (image.mcus(components) - 1) / interval + 1;
    }

    /** MCUs of a segment. */
    int mcus(int segment) {
        return Math.min(interval, image.mcus(components) - segment * interval);
    }

    int firstMcu(int segment) {
        return segment * interval;
    }

    List<byte[]> encode() {
        List<byte[]> segments = new ArrayList<>();
        for (int i = 0; i < segments(); i++) {
            ByteArrayOutputStream segment = new ByteArrayOutputStream();
            BitWriter bits = new BitWriter(segment, BitWriter.Stuffing.NOTHING);
            int[] levels = new int[image.components.size()];
            int perMcu = image.blocksPerMcu(components);
            for (int k = 0; k < mcus(i) * perMcu; k++) {
                short[] block = image.blocks[image.blockOf(components, firstMcu(i) * perMcu + k)];
                int component = image.componentOf(components, k % perMcu);
                write(block, image.components.get(component), levels[component], bits);
                levels[component] = block[0];
            }
            bits.flush();
            segments.add(segment.toByteArray());
        }
        return segments;
    }

    private void write(short[] block, RandomImage.Component component, int level, BitWriter bits) {
        int difference = block[0] - level;
        image.codes.get(component.dc()).write(size(difference), bits);
        bits.putSigned(difference, size(difference));
        RandomCode ac = image.codes.get(component.ac());
        int run = 0;
        for (int i = 1; i < NATURAL.length; i++, run++) {
            int value = block[NATURAL[i]];
            if (value != 0) {
                for (; run > 15; run -= 16) {
                    ac.write(ZERO_RUN, bits);
                }
                ac.write(run << 4 | size(value), bits);
                bits.putSigned(value, size(value));
                run = -1;
            }
        }
        if (run > 0) {
            ac.write(END_OF_BLOCK, bits);
        }
    }

    private static int size(int value) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(value));
    }

    /** Decodes the segments into {@code blocks}. Returns whether they are as an encoder writes them. */
    boolean decode(List<byte[]> segments, short[][] blocks) {
        for (int i = 0; i < segments.size(); i++) {
            BitReader bits = new BitReader(segments.get(i));
            int[] levels = new int[image.components.size()];
            int perMcu = image.blocksPerMcu(components);
            for (int k = 0; k < mcus(i) * perMcu; k++) {
                int component = image.componentOf(components, k % perMcu);
                Optional<short[]> block = read(image.components.get(component), levels[component], bits);
                if (block.isEmpty()) {
                    return false;
                }
                blocks[image.blockOf(components, firstMcu(i) * perMcu + k)] = block.get();
                levels[component] = block.get()[0];
            }
            if (bits.left() < 0 || bits.left() >= 8) {
                return false;
            }
        }
        return true;
    }

    private Optional<short[]> read(RandomImage.Component component, int level, BitReader bits) {
        short[] block = new short[RandomImage.COEFFICIENTS];
        int size = image.codes.get(component.dc()).read(bits);
        int sum = size < 0 ? 0 : level + bits.readSigned(size);
        block[0] = (short) sum;
        if (size < 0 || sum != block[0] || bits.left() < 0) {
            return Optional.empty();
        }
        for (int i = 1; i < NATURAL.length; i++) {
            int symbol = image.codes.get(component.ac()).read(bits);
            if (symbol == END_OF_BLOCK) {
                break;
            }
            i += symbol >> 4;
            if (symbol < 0 || i >= NATURAL.length || symbol == ZERO_RUN && i == NATURAL.length - 1) {
                return Optional.empty();
            }
            block[NATURAL[i]] = (short) bits.readSigned(symbol & 15);
        }
        return Optional.of(block);
    }
}
