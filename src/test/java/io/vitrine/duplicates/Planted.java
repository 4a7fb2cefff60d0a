package io.vitrine.duplicates;

import io.vitrine.duplicates.VectorBlock.Entry;
import io.vitrine.vectors.Distances;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Vectors for tests, and their groups by the definition. */
final class Planted {
    private Planted() {}

    static String path(int i) {
        return String.format("file:/photos/%05d.jpg", i);
    }

    /** A random direction, even over the sphere. */
    static float[] random(Random random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return UnitVector.of(vector);
    }

    /** A vector at the cosine {@code similarity} to another of norm 1. */
    static float[] near(float[] unit, double similarity, Random random) {
        float[] side = random(random, unit.length);
        float along = Distances.dot(side, unit);
        for (int i = 0; i < side.length; i++) {
            side[i] -= along * unit[i];
        }
        UnitVector.of(side);
        float[] near = new float[unit.length];
        double sine = Math.sqrt(1 - similarity * similarity);
        for (int i = 0; i < near.length; i++) {
            near[i] = (float) (similarity * unit[i] + sine * side[i]);
        }
        return UnitVector.of(near);
    }

    /** Vectors along smooth curves with noise: neighbours everywhere, clusters nowhere. */
    static List<Entry> curves(int count, int dimension, double noise) {
        Random random = new Random(3);
        List<float[]> waves = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waves.add(random(random, dimension));
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double at = random.nextDouble() * 40;
            float[] vector = new float[dimension];
            float[] other = random(random, dimension);
            for (int d = 0; d < dimension; d++) {
                vector[d] = (float) (noise * other[d]);
                for (int wave = 0; wave < waves.size(); wave++) {
                    vector[d] += (float) (Math.sin(at * (wave + 1) / 7) * waves.get(wave)[d]);
                }
            }
            entries.add(new Entry(path(i), UnitVector.of(vector)));
        }
        return entries;
    }

    /** The members of groups of two or more, each with the least path of its group: every pair is compared. */
    static Map<String, String> groups(List<Entry> entries, double threshold) {
        Components components = new Components(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            for (int j = i + 1; j < entries.size(); j++) {
                if (Distances.dot(entries.get(i).unit(), entries.get(j).unit()) >= (float) threshold) {
                    components.connect(i, j);
                }
            }
        }
        Map<Integer, Integer> sizes = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            sizes.merge(components.root(i), 1, Integer::sum);
        }
        Map<String, String> groups = new TreeMap<>();
        for (int i = 0; i < entries.size(); i++) {
            int root = components.root(i);
            if (sizes.get(root) > 1) {
                groups.put(entries.get(i).path(), entries.get(root).path());
            }
        }
        return groups;
    }
}
