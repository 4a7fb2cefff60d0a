package io.vitrine.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vitrine.duplicates.VectorBlock.Entry;
import io.vitrine.vectors.Centroids;
import io.vitrine.vectors.Distances;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Comparisons without Spark, against comparing every pair. */
final class ComparisonTest {
    private static final double THRESHOLD = 0.95;

    private static List<float[]> units(List<Entry> entries) {
        return entries.stream().map(Entry::unit).toList();
    }

    private record Pair(String a, String b) {}

    /** The pairs that blocks of a placement give. */
    private static List<Pair> pairs(List<Entry> entries, Placement placement, Directions directions, double threshold) {
        List<Pair> pairs = new ArrayList<>();
        Map<Integer, VectorBlock> blocks = new HashMap<>();
        Map<Integer, List<Entry>> visitors = new HashMap<>();
        for (Entry entry : entries) {
            Placement.Place place = placement.place(entry.path(), entry.unit());
            blocks.computeIfAbsent(place.home(), number -> new VectorBlock(directions, threshold))
                    .add(entry);
            for (int visit : place.visits()) {
                assertThat(visit).isBetween(0, placement.blocks() - 1).isNotEqualTo(place.home());
                visitors.computeIfAbsent(visit, number -> new ArrayList<>()).add(entry);
            }
        }
        blocks.forEach((number, block) -> {
            for (int first = 0; first < block.size(); first += VectorBlock.BATCH) {
                block.compareResidents(first, (a, b) -> pairs.add(new Pair(a, b)));
            }
            List<Entry> guests = visitors.getOrDefault(number, List.of());
            for (int first = 0; first < guests.size(); first += VectorBlock.BATCH) {
                block.compareVisitors(
                        guests.subList(first, Math.min(first + VectorBlock.BATCH, guests.size())),
                        (a, b) -> pairs.add(new Pair(a, b)));
            }
        });
        return pairs;
    }

    private static Map<String, String> groups(List<Entry> entries, List<Pair> pairs) {
        Map<String, Integer> numbers = new TreeMap<>();
        entries.stream().map(Entry::path).sorted().forEach(path -> numbers.put(path, numbers.size()));
        List<String> paths = new ArrayList<>(numbers.keySet());
        Components components = new Components(paths.size());
        pairs.forEach(pair -> components.connect(numbers.get(pair.a()), numbers.get(pair.b())));
        Set<String> members = new HashSet<>();
        pairs.forEach(pair -> members.addAll(List.of(pair.a(), pair.b())));
        Map<String, String> groups = new TreeMap<>();
        members.forEach(path -> groups.put(path, paths.get(components.root(numbers.get(path)))));
        return groups;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 24", "3, 8", "7, 2", "31, 16"})
    void blocksByHashFindWhatEveryPairGives(int blocks, int directions) {
        List<Entry> entries = Planted.curves(3_000, 24, 0.5);
        Map<String, String> expected = Planted.groups(entries, THRESHOLD);
        assertThat(new HashSet<>(expected.values())).hasSizeGreaterThan(50);
        List<Pair> pairs =
                pairs(entries, new HashedBlocks(blocks), Directions.of(units(entries), directions), THRESHOLD);
        assertThat(groups(entries, pairs)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 20})
    void clustersFindWhatEveryPairGivesIfVectorsVisitAllThatTheyMust(int blockVectors) {
        List<Entry> entries = Planted.curves(3_000, 24, 0.5);
        NearClusters near = new NearClusters(Centroids.of(units(entries), 3_000, 200), THRESHOLD, 1_000);
        long[] members = new long[near.centroids().count()];
        int visits = 0;
        for (Entry entry : entries) {
            NearClusters.Near found = near.of(entry.unit());
            assertThat(found.isComplete()).isTrue();
            assertThat(found.home()).isEqualTo(near.centroids().nearest(entry.unit()));
            members[found.home()]++;
            visits += found.others().length;
        }
        assertThat(members.length).isGreaterThan(15);
        assertThat(visits).isLessThan(entries.size() * members.length * 2 / 3); // the planes spare some
        ClusteredBlocks placement = new ClusteredBlocks(near, members, blockVectors);
        assertThat(placement.blocks()).isGreaterThan(3_000 / blockVectors);
        List<Pair> pairs = pairs(entries, placement, Directions.of(units(entries), 8), THRESHOLD);
        assertThat(groups(entries, pairs)).isEqualTo(Planted.groups(entries, THRESHOLD));
    }

    @Test
    void fewVisitsFindMostAndSayThatTheyMayMiss() {
        List<Entry> entries = Planted.curves(3_000, 24, 0.5);
        NearClusters near = new NearClusters(Centroids.of(units(entries), 3_000, 200), THRESHOLD, 4);
        long[] members = new long[near.centroids().count()];
        entries.forEach(entry -> members[near.of(entry.unit()).home()]++);
        assertThat(entries).anyMatch(entry -> !near.of(entry.unit()).isComplete());
        List<Pair> pairs =
                pairs(entries, new ClusteredBlocks(near, members, 200), Directions.of(units(entries), 8), THRESHOLD);
        Map<String, String> found = groups(entries, pairs);
        int all = 0;
        int right = 0;
        for (Entry a : entries) {
            for (Entry b : entries) {
                if (!a.path().equals(b.path()) && Distances.dot(a.unit(), b.unit()) >= (float) THRESHOLD) {
                    all++;
                    right += found.containsKey(a.path()) && found.get(a.path()).equals(found.get(b.path())) ? 1 : 0;
                }
            }
        }
        assertThat((double) right / all).isGreaterThan(0.98);
    }

    @Test
    void aCliqueOfManyHasOnePairForEachFurtherMember() {
        Random random = new Random(4);
        float[] center = Planted.random(random, 32);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            entries.add(new Entry(Planted.path(i), i % 4 == 0 ? center : Planted.near(center, 0.999, random)));
        }
        Directions directions = Directions.of(units(entries), 4);
        assertThat(pairs(entries, new HashedBlocks(1), directions, THRESHOLD)).hasSize(1_999);
        List<Pair> pairs = pairs(entries, new HashedBlocks(5), directions, THRESHOLD);
        assertThat(pairs).hasSizeLessThan(3 * 2_000);
        assertThat(new HashSet<>(groups(entries, pairs).values())).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"768, 64", "768, 8", "100, 100", "3, 1", "2, 2", "1, 1"})
    void productsOfShadowsAreNeverLessThanThoseOfVectors(int dimension, int count) {
        Random random = new Random(dimension);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            vectors.add(Planted.random(random, dimension));
            vectors.add(Planted.near(vectors.get(i), dimension == 1 ? 1 : 0.99, random));
        }
        float[] axis = new float[dimension];
        axis[0] = 1;
        vectors.add(axis);
        Directions directions = Directions.of(vectors, count);
        float[][] shadows = new float[vectors.size()][count + 1];
        for (int i = 0; i < shadows.length; i++) {
            directions.project(vectors.get(i), shadows[i]);
            assertThat(Distances.dot(shadows[i], shadows[i])).isCloseTo(1, within(1e-3f));
        }
        for (int i = 0; i < shadows.length; i++) {
            for (int j = 0; j < shadows.length; j++) {
                assertThat(Distances.dot(shadows[i], shadows[j]) + directions.error())
                        .isGreaterThanOrEqualTo(Distances.dot(vectors.get(i), vectors.get(j)));
            }
        }
    }

    @Test
    void theFirstDirectionsAreThoseOfTheSample() {
        List<Entry> entries = Planted.curves(500, 64, 0.05);
        Directions directions = Directions.of(units(entries), 16);
        float[] shadow = new float[17];
        double rests = 0;
        for (Entry entry : entries) {
            directions.project(entry.unit(), shadow);
            rests += shadow[16] * shadow[16] / entries.size();
        }
        assertThat(rests).isLessThan(0.01); // eight waves and little noise
        assertThat(DirectionChoice.of(units(entries), THRESHOLD).count()).isBetween(8, 16);
        List<float[]> even = new ArrayList<>();
        Random random = new Random(6);
        for (int i = 0; i < 500; i++) {
            even.add(Planted.random(random, 768));
        }
        assertThat(DirectionChoice.of(even, THRESHOLD).count()).isBetween(32, 128);
        assertThat(DirectionChoice.of(List.of(new float[] {1}), THRESHOLD).count())
                .isOne();
    }
}
