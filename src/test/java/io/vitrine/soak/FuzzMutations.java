package io.vitrine.soak;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages files at random: bits, bytes and numbers, cuts, and pieces of the same file or of others. */
public final class FuzzMutations {
    /** How many seeds lend their ends to others. Fixed, so that new seeds do not change the mutants of others. */
    private static final int DONORS = 32;

    private final List<byte[]> seeds;

    /** @param seeds at least 32 files */
    public FuzzMutations(List<byte[]> seeds) {
        this.seeds = seeds;
    }

    /** Damages a file at one place. */
    public byte[] applyOne(byte[] file, Random random) {
        int any = random.nextInt(file.length);
        int early = random.nextInt(Math.min(200, file.length));
        int other = random.nextInt(file.length);
        int length = 1 + random.nextInt(40);
        return switch (random.nextInt(10)) {
            case 0 -> set(file, any, file[any] ^ 1 << random.nextInt(8));
            case 1 -> set(file, any, random.nextInt());
            case 2 -> set(file, early, random.nextInt());
            case 3 -> Arrays.copyOf(file, any + 1);
            case 4 -> number(file, early, 4, random);
            case 5 -> number(file, early, 2, random);
            case 6 -> spliced(file, any, 0, Arrays.copyOfRange(file, other, Math.min(file.length, other + length)));
            case 7 -> spliced(file, any, length, new byte[0]);
            case 8 -> spliced(file, any, length, randomBytes(length, random));
            default -> {
                byte[] another = seeds.get(random.nextInt(DONORS));
                int from = random.nextInt(another.length);
                yield spliced(file, any, file.length, Arrays.copyOfRange(another, from, another.length));
            }
        };
    }

    private static byte[] randomBytes(int length, Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] set(byte[] file, int at, int value) {
        byte[] changed = file.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /** Overwrites a number, of 2 or 4 bytes in either order, by one at the edge of what it can hold. */
    private static byte[] number(byte[] file, int at, int width, Random random) {
        int bits = 8 * width;
        long[] edges = {0, 1, (1L << bits) - 1, (1L << bits - 1) - 1, 1L << bits - 1, 65_536, random.nextLong()};
        long value = edges[random.nextInt(edges.length)];
        boolean littleEndian = random.nextBoolean();
        byte[] changed = file.clone();
        for (int i = 0; i < width && at + i < file.length; i++) {
            changed[at + i] = (byte) (value >> 8 * (littleEndian ? i : width - 1 - i));
        }
        return changed;
    }

    /** {@code file} with {@code bytes} in place of {@code removed} bytes, or of all to the end if there are fewer. */
    private static byte[] spliced(byte[] file, int at, int removed, byte[] bytes) {
        int end = Math.min(file.length, at + removed);
        return new FileBuilder()
                .bytes(Arrays.copyOf(file, at))
                .bytes(bytes)
                .bytes(Arrays.copyOfRange(file, end, file.length))
                .build();
    }
}
