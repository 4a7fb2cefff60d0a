package io.vitrine.gpu;

import io.vitrine.gpu.GpuComparison.Named;
import io.vitrine.soak.FuzzMutations;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Damaged ones of {@link GeneratedJpegs}. */
final class DamagedJpegs {
    private static final int SEEDS = 200;

    private DamagedJpegs() {}

    /**
     * Files whose steps of quantisation are overwritten: their data are intact, but numbers get larger than encoders make them.
     *
     * @param seed of another set
     */
    static List<Named> ofSteps(int count, long seed) {
        List<Named> intact = GeneratedJpegs.of(SEEDS, seed);
        List<Named> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed * 100_003 + i);
            Named file = intact.get(i % SEEDS);
            byte[] bytes = file.bytes().clone();
            for (int at = 2; bytes[at + 1] != (byte) 0xda; at += 2 + ((bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff)) {
                for (int n = random.nextInt(20); n > 0 && bytes[at + 1] == (byte) 0xdb; n--) {
                    bytes[at + 5 + random.nextInt(64)] = (byte) random.nextInt();
                }
            }
            files.add(new Named(file.name() + " # " + i, bytes));
        }
        return files;
    }

    /** @param seed of another set */
    static List<Named> of(int count, long seed) {
        List<Named> intact = GeneratedJpegs.of(SEEDS, seed);
        FuzzMutations mutations = new FuzzMutations(intact.stream().map(Named::bytes).toList());
        List<Named> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed * 100_003 + i);
            Named file = intact.get(i % SEEDS);
            byte[] bytes = file.bytes();
            for (int n = 1 + random.nextInt(3); n > 0 && bytes.length > 0; n--) {
                bytes = mutations.applyOne(bytes, random);
            }
            files.add(new Named(file.name() + " @ " + i, bytes));
        }
        return files;
    }
}
