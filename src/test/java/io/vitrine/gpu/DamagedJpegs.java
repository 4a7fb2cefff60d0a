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
