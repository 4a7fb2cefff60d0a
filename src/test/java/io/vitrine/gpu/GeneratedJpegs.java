package io.vitrine.gpu;

import io.vitrine.gpu.GpuComparison.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Intact JPEGs of every kind that kernels decode. */
final class GeneratedJpegs {
    /** Samplings of three components, largest first; four have the last again. */
    private static final List<List<Integer>> SAMPLINGS = List.of(
            List.of(0x11, 0x11, 0x11),
            List.of(0x21, 0x11, 0x11),
            List.of(0x22, 0x11, 0x11),
            List.of(0x12, 0x11, 0x11),
            List.of(0x41, 0x11, 0x11),
            List.of(0x14, 0x11, 0x11),
            List.of(0x42, 0x11, 0x11),
            List.of(0x24, 0x11, 0x11),
            List.of(0x22, 0x21, 0x21),
            List.of(0x22, 0x12, 0x12),
            List.of(0x22, 0x21, 0x12),
            List.of(0x41, 0x21, 0x11),
            List.of(0x22, 0x22, 0x11),
            List.of(0x11, 0x22, 0x11),
            List.of(0x12, 0x21, 0x11),
            List.of(0x31, 0x11, 0x11),
            List.of(0x13, 0x11, 0x11),
            List.of(0x21, 0x21, 0x21),
            List.of(0x22, 0x22, 0x22));

    private static final int MAX_SIDE = 40;
    private static final int MAX_MCU_BLOCKS = 10;

    private GeneratedJpegs() {}

    /** @param seed of another set */
    static List<Named> of(int count, long seed) {
        Random random = new Random(seed);
        List<Named> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            JpegSketch sketch = sketch(random, i).seeded(seed * 1_000_000 + i);
            files.add(new Named(sketch.toString(), JpegWriter.write(sketch)));
        }
        return files;
    }

    private static JpegSketch sketch(Random random, int number) {
        int width = 1 + random.nextInt(MAX_SIDE);
        int height = 1 + random.nextInt(MAX_SIDE);
        List<Integer> three = SAMPLINGS.get(number % SAMPLINGS.size());
        int components = new int[] {3, 3, 3, 3, 1, 4}[random.nextInt(6)];
        List<Integer> samplings =
                switch (components) {
                    case 1 -> List.of(three.get(0));
                    case 3 -> three;
                    default -> List.of(three.get(0), three.get(1), three.get(2), three.get(random.nextInt(3)));
                };
        JpegSketch sketch = JpegSketch.of(width, height, samplings);
        if (components > 1) {
            sketch = coloured(sketch, random);
            sketch = sketch.scanned(
                    scans(samplings, random),
                    random.nextBoolean() ? JpegCodes.Kind.OWN : sketch.scans().tables());
        }
        return sketch.stored(random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 1)
                .quantised(new int[] {1, 3, 8, 20, 60}[random.nextInt(5)], random.nextInt(4) == 0)
                .restarting(random.nextInt(2) == 0 ? 0 : 1 + random.nextInt(12));
    }

    private static JpegSketch coloured(JpegSketch sketch, Random random) {
        if (sketch.samplings().size() == 4) {
            Optional<Integer> transform = Optional.of(random.nextInt(4) - 1).filter(number -> number >= 0);
            return sketch.coloured(sketch.colours().ids(), random.nextInt(8) == 0, transform);
        }
        return switch (random.nextInt(8)) {
            case 0 -> sketch.coloured(List.of(82, 71, 66), false, Optional.empty());
            case 1 -> sketch.coloured(List.of(82, 71, 66), true, Optional.empty());
            case 2 -> sketch.coloured(sketch.colours().ids(), false, Optional.of(0));
            case 3 -> sketch.coloured(sketch.colours().ids(), false, Optional.of(1 + random.nextInt(2)));
            case 4 -> sketch.coloured(List.of(0, 1, 2), false, Optional.empty());
            case 5 -> sketch.coloured(sketch.colours().ids(), true, Optional.of(0));
            default -> sketch;
        };
    }

    private static List<List<Integer>> scans(List<Integer> samplings, Random random) {
        List<Integer> all = IntStream.range(0, samplings.size()).boxed().toList();
        int blocks = samplings.stream().mapToInt(s -> (s >> 4) * (s & 15)).sum();
        return switch (blocks > MAX_MCU_BLOCKS ? 1 : random.nextInt(4)) {
            case 1 -> all.stream().map(List::of).toList();
            case 2 -> List.of(List.of(0), all.subList(1, all.size()));
            default -> List.of(all);
        };
    }
}
