package io.vitrine.gpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A random Huffman code of a JPEG: codes of 1 to 16 bits, none of them all ones. */
final class RandomCode {
    private static final int MAX_LENGTH = 16;
    private static final int LOOKUP_BITS = 10;

    private final List<Integer> symbols; // by code
    private final int[] lengths; // of each symbol's code
    private final int[] codes;

    private RandomCode(List<Integer> symbols, int[] lengths) {
        this.symbols = symbols;
        this.lengths = lengths;
        this.codes = new int[symbols.size()];
        for (int i = 1; i < codes.length; i++) {
            codes[i] = (codes[i - 1] + 1) << (lengths[i] - lengths[i - 1]);
        }
    }

    /** Splits leaves of a tree until there is one for each symbol, and one for the code that must not be. */
    static RandomCode of(List<Integer> symbols, Random random) {
        List<Integer> leaves = new ArrayList<>(List.of(0));
        boolean skewed = random.nextBoolean();
        while (leaves.size() <= symbols.size()) {
            int last = leaves.size() - 1;
            int index = skewed && leaves.get(last) < MAX_LENGTH && random.nextInt(8) == 0
                    ? last
                    : random.nextInt(leaves.size());
            int depth = leaves.get(index);
            if (depth < MAX_LENGTH) {
                leaves.set(index, depth + 1);
                leaves.add(depth + 1);
            }
        }
        Collections.sort(leaves);
        List<Integer> shuffled = new ArrayList<>(symbols);
        Collections.shuffle(shuffled, random);
        return new RandomCode(
                shuffled,
                leaves.subList(0, symbols.size()).stream().mapToInt(i -> i).toArray());
    }

    void write(int symbol, BitWriter bits) {
        int index = symbols.indexOf(symbol);
        bits.put(codes[index], lengths[index]);
    }

    /** Reads a symbol; -1 if no code begins the bits. */
    int read(BitReader bits) {
        int code = 0;
        for (int length = 1; length <= MAX_LENGTH; length++) {
            code = code << 1 | bits.read(1);
            for (int i = 0; i < codes.length; i++) {
                if (lengths[i] == length && codes[i] == code) {
                    return symbols.get(i);
                }
            }
        }
        return -1;
    }

    /** Writes {@code struct Huffman}. */
    void write(Structure table) {
        for (int length = 0; length <= MAX_LENGTH + 1; length++) {
            table.put("lastCode", length, -1);
        }
        for (int i = codes.length - 1; i >= 0; i--) {
            int length = lengths[i];
            if (i == codes.length - 1 || lengths[i + 1] > length) {
                table.put("lastCode", length, codes[i]);
                table.put("offset", length, i - codes[i]);
            }
            table.putByte("symbols", i, symbols.get(i));
            int free = LOOKUP_BITS - length;
            for (int k = 0; free >= 0 && k < 1 << free; k++) {
                table.putShort("lookup", (codes[i] << free) + k, length << 8 | symbols.get(i));
            }
        }
    }
}
