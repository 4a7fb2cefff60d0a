package io.vitrine.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random coefficients of an image, with codes for them. Blocks are numbered as in {@code layout.h}: component after component. */
final class RandomImage {
    static final int COEFFICIENTS = 64;
    private static final int MAX_AC = 1023;
    private static final List<Integer> DC_SYMBOLS =
            IntStream.rangeClosed(0, 11).boxed().toList();
    private static final List<Integer> AC_SYMBOLS = acSymbols();

    /** Sampling factors of a component, where its blocks begin, and its codes. */
    record Component(int horizontal, int vertical, int firstBlock, int blocksWide, int blocksHigh, int dc, int ac) {}

    final List<Component> components = new ArrayList<>();
    final List<RandomCode> codes; // DC, AC, DC, AC ...
    final short[][] blocks;
    final int mcusWide;
    final int mcusHigh;

    /**
     * An image of random coefficients.
     *
     * @param factors sampling factors: horizontal * 10 + vertical of each component
     */
    static RandomImage of(List<Integer> factors, int mcusWide, int mcusHigh, int tables, Random random) {
        List<RandomCode> codes = new ArrayList<>();
        for (int i = 0; i < tables; i++) {
            codes.add(RandomCode.of(DC_SYMBOLS, random));
            codes.add(RandomCode.of(AC_SYMBOLS, random));
        }
        RandomImage image = new RandomImage(factors, mcusWide, mcusHigh, codes);
        double density = random.nextInt(4) == 0 ? 0 : random.nextDouble() * random.nextDouble();
        Arrays.setAll(image.blocks, i -> block(random, density));
        return image;
    }

    /** An image of zeros only, two bits a block. */
    static RandomImage flat(List<Integer> factors, int mcusWide, int mcusHigh) {
        RandomCode zero = RandomCode.of(List.of(0), new Random(0));
        RandomImage image = new RandomImage(factors, mcusWide, mcusHigh, List.of(zero, zero));
        Arrays.setAll(image.blocks, i -> new short[COEFFICIENTS]);
        return image;
    }

    private RandomImage(List<Integer> factors, int mcusWide, int mcusHigh, List<RandomCode> codes) {
        this.mcusWide = mcusWide;
        this.mcusHigh = mcusHigh;
        this.codes = codes;
        int tables = codes.size() / 2;
        int first = 0;
        for (int factor : factors) {
            int wide = mcusWide * (factor / 10);
            int high = mcusHigh * (factor % 10);
            int table = 2 * (components.size() % tables);
            components.add(new Component(factor / 10, factor % 10, first, wide, high, table, table + 1));
            first += wide * high;
        }
        blocks = new short[first][];
    }

    private static short[] block(Random random, double density) {
        short[] block = new short[COEFFICIENTS];
        block[0] = (short) (random.nextInt(2048) - 1024);
        for (int i = 1; i < COEFFICIENTS; i++) {
            if (random.nextDouble() < density) {
                int bits = 1 + random.nextInt(10);
                block[i] = (short) ((random.nextInt(2 * MAX_AC + 1) - MAX_AC) >> (10 - bits));
            }
        }
        return block;
    }

    private static List<Integer> acSymbols() {
        List<Integer> symbols = new ArrayList<>(List.of(0x00, 0xf0));
        for (int run = 0; run < 16; run++) {
            for (int size = 1; size <= 10; size++) {
                symbols.add(run << 4 | size);
            }
        }
        return symbols;
    }

    /**
     * Index of a block in its scan's order.
     *
     * @param scan the components of the scan; of one, only its own blocks are in MCUs
     * @param number of the block within the scan
     */
    int blockOf(List<Integer> scan, int number) {
        if (scan.size() == 1) {
            return components.get(scan.get(0)).firstBlock + number;
        }
        int perMcu = blocksPerMcu(scan);
        int mcu = number / perMcu;
        int part = number % perMcu;
        for (int index : scan) {
            Component component = components.get(index);
            int size = component.horizontal * component.vertical;
            if (part < size) {
                int y = mcu / mcusWide * component.vertical + part / component.horizontal;
                int x = mcu % mcusWide * component.horizontal + part % component.horizontal;
                return component.firstBlock + y * component.blocksWide + x;
            }
            part -= size;
        }
        throw new IllegalStateException("part " + part + " of an MCU");
    }

    /** The component of a block of an MCU. */
    int componentOf(List<Integer> scan, int part) {
        int left = part;
        for (int index : scan) {
            left -= scan.size() == 1 ? 1 : components.get(index).horizontal * components.get(index).vertical;
            if (left < 0) {
                return index;
            }
        }
        throw new IllegalStateException("part " + part + " of an MCU");
    }

    int blocksPerMcu(List<Integer> scan) {
        return scan.size() == 1
                ? 1
                : scan.stream()
                        .mapToInt(i -> components.get(i).horizontal * components.get(i).vertical)
                        .sum();
    }

    int mcus(List<Integer> scan) {
        Component only = components.get(scan.get(0));
        return scan.size() == 1 ? only.blocksWide * only.blocksHigh : mcusWide * mcusHigh;
    }
}
