package io.vitrine.gpu;

import io.vitrine.gpu.PlanesReference.Plane;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An image of random samples. What only fills the last blocks is random, too: nobody may read it. */
final class RandomPlanes {
    private static final int SIDE = 8; // of a block

    final int width;
    final int height;
    final List<Plane> planes = new ArrayList<>();
    private final List<Integer> factors;
    private final int largestHorizontal;
    private final int largestVertical;
    private final Random random;

    /** @param factors sampling factors: horizontal * 10 + vertical of each component */
    RandomPlanes(List<Integer> factors, int width, int height, Random random) {
        this.factors = factors;
        this.width = width;
        this.height = height;
        this.random = random;
        largestHorizontal = factors.stream().mapToInt(f -> f / 10).max().orElseThrow();
        largestVertical = factors.stream().mapToInt(f -> f % 10).max().orElseThrow();
        for (int factor : factors) {
            int across = largestHorizontal / (factor / 10);
            int down = largestVertical / (factor % 10);
            int[][] rows = new int[ceiling(height, down)][];
            for (int y = 0; y < rows.length; y++) {
                rows[y] = random.ints(ceiling(width, across), 0, 256).toArray();
            }
            planes.add(new Plane(rows, across, down));
        }
    }

    /** The part of {@code struct Image} that says where the samples are; uploads them. */
    Structure structure(KernelRun run) {
        Structure image = run.structures("Image", 1)
                .put("width", width)
                .put("height", height)
                .put("components", planes.size())
                .put("largestHorizontal", largestHorizontal)
                .put("largestVertical", largestVertical);
        int mcusWide = ceiling(width, SIDE * largestHorizontal);
        int mcusHigh = ceiling(height, SIDE * largestVertical);
        int blocks = 0;
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < planes.size(); i++) {
            int wide = mcusWide * (factors.get(i) / 10);
            int high = mcusHigh * (factors.get(i) % 10);
            Plane plane = planes.get(i);
            image.field("component", "Component")
                    .at(i)
                    .put("horizontal", factors.get(i) / 10)
                    .put("vertical", factors.get(i) % 10)
                    .put("blocksWide", wide)
                    .put("blocksHigh", high)
                    .put("width", plane.width())
                    .put("height", plane.rows().length)
                    .put("firstBlock", blocks);
            blocks += wide * high;
            samples.add(samples(plane, wide * SIDE, high * SIDE));
        }
        ByteBuffer all = ByteBuffer.allocate(blocks * SIDE * SIDE);
        samples.forEach(all::put);
        run.upload("sample", all.flip());
        return image.put("blocks", blocks);
    }

    private byte[] samples(Plane plane, int stride, int rows) {
        byte[] samples = new byte[stride * rows];
        random.nextBytes(samples);
        for (int y = 0; y < plane.rows().length; y++) {
            for (int x = 0; x < plane.width(); x++) {
                samples[y * stride + x] = (byte) plane.rows()[y][x];
            }
        }
        return samples;
    }

    private static int ceiling(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
