package io.vitrine.duplicates;

import io.vitrine.vectors.Distances;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Vectors of norm 1 that a task holds in memory, to compare them with each other and with visitors. Pairs that are connected already
 * are not compared again, so a clique of n vectors has n - 1 pairs.
 */
final class VectorBlock {
    /** Vectors that are compared at once; their shadows stay in the processor's caches. */
    static final int BATCH = 64;

    private static final int TILE = 512;
    private static final int UNROLLED = 4;

    /**
     * A vector and where it belongs.
     *
     * @param unit of norm 1
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(String path, float[] unit) {}

    private final Directions directions;
    private final float threshold;
    private final float least; // of the products of shadows
    private final List<Entry> residents = new ArrayList<>();
    private final List<float[][]> tiles = new ArrayList<>(); // (tiles, padded shadow, TILE)
    private final int padded;
    private final float[] shadow;
    private final float[] bounds = new float[TILE];
    private Components components = new Components(0);

    VectorBlock(Directions directions, double threshold) {
        this.directions = directions;
        this.threshold = (float) threshold;
        this.least = (float) (threshold - directions.error());
        int length = directions.count() + 1;
        this.padded = (length + UNROLLED - 1) / UNROLLED * UNROLLED;
        this.shadow = new float[length];
    }

    /** Adds a vector, before any is compared. */
    void add(Entry entry) {
        int at = residents.size() % TILE;
        if (at == 0) {
            tiles.add(new float[padded][TILE]);
        }
        float[][] tile = tiles.get(tiles.size() - 1);
        directions.project(entry.unit(), shadow);
        for (int i = 0; i < shadow.length; i++) {
            tile[i][at] = shadow[i];
        }
        residents.add(entry);
    }

    int size() {
        return residents.size();
    }

    /** Compares the residents {@code first} to {@code first + BATCH} with all after each of them. */
    void compareResidents(int first, BiConsumer<String, String> pairs) {
        if (components.size() != residents.size()) {
            components = new Components(residents.size());
        }
        int last = Math.min(first + BATCH, residents.size());
        float[][] shadows = shadows(residents.subList(first, last));
        for (int tile = first / TILE; tile < tiles.size(); tile++) {
            for (int i = first; i < last; i++) {
                bound(tiles.get(tile), shadows[i - first]);
                int end = Math.min(TILE, residents.size() - tile * TILE);
                for (int j = Math.max(0, i + 1 - tile * TILE); j < end; j++) {
                    if (bounds[j] >= least) {
                        compareResident(i, tile * TILE + j, pairs);
                    }
                }
            }
        }
    }

    private void compareResident(int a, int b, BiConsumer<String, String> pairs) {
        if (components.root(a) != components.root(b) && areNear(residents.get(a), residents.get(b))) {
            components.connect(a, b);
            pairs.accept(residents.get(a).path(), residents.get(b).path());
        }
    }

    /** Compares visitors, at most {@link #BATCH}, with all residents. */
    void compareVisitors(List<Entry> visitors, BiConsumer<String, String> pairs) {
        if (components.size() != residents.size()) {
            components = new Components(residents.size());
        }
        float[][] shadows = shadows(visitors);
        int[] met = new int[visitors.size()]; // a resident that the visitor is near to
        Arrays.fill(met, -1);
        for (int tile = 0; tile < tiles.size(); tile++) {
            int end = Math.min(TILE, residents.size() - tile * TILE);
            for (int i = 0; i < shadows.length; i++) {
                bound(tiles.get(tile), shadows[i]);
                for (int j = 0; j < end; j++) {
                    if (bounds[j] >= least) {
                        met[i] = compareVisitor(visitors.get(i), met[i], tile * TILE + j, pairs);
                    }
                }
            }
        }
    }

    private int compareVisitor(Entry visitor, int met, int resident, BiConsumer<String, String> pairs) {
        if (met >= 0 && components.root(met) == components.root(resident)
                || !areNear(visitor, residents.get(resident))) {
            return met;
        }
        pairs.accept(visitor.path(), residents.get(resident).path());
        if (met >= 0) {
            components.connect(met, resident); // through the visitor
        }
        return resident;
    }

    private boolean areNear(Entry a, Entry b) {
        return Distances.dot(a.unit(), b.unit()) >= threshold;
    }

    /** (entries, padded shadow) */
    private float[][] shadows(List<Entry> entries) {
        float[][] shadows = new float[entries.size()][];
        for (int i = 0; i < shadows.length; i++) {
            directions.project(entries.get(i).unit(), shadow);
            shadows[i] = Arrays.copyOf(shadow, padded);
        }
        return shadows;
    }

    /** Sets {@code bounds} to what the products with a tile's vectors are at most. */
    private void bound(float[][] tile, float[] of) {
        Arrays.fill(bounds, 0);
        for (int i = 0; i < padded; i += UNROLLED) {
            addProducts(bounds, tile[i], tile[i + 1], tile[i + 2], tile[i + 3], of[i], of[i + 1], of[i + 2], of[i + 3]);
        }
    }

    /** A loop that the JVM compiles to SIMD instructions. */
    private static void addProducts(
            float[] sums, float[] a, float[] b, float[] c, float[] d, float x, float y, float z, float w) {
        for (int j = 0; j < TILE; j++) {
            sums[j] += x * a[j] + y * b[j] + (z * c[j] + w * d[j]);
        }
    }
}
