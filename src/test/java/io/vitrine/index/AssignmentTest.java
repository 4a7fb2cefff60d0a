package io.vitrine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.vectors.Centroids;
import io.vitrine.vectors.PathVector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shards of 1,000 equal vectors and 10 others. */
final class AssignmentTest {
    private static final float[] EQUAL = {1, 0};
    private static final float[] OTHER = {0, 1};

    private static Map<Integer, ShardContent> contents(Assignment assignment, int equal) {
        Map<Integer, ShardContent> contents = new HashMap<>();
        for (int i = 0; i < equal + 10; i++) {
            float[] vector = i < equal ? EQUAL : OTHER;
            String path = String.format("s3a://bucket/%06d.jpg", i);
            contents.computeIfAbsent(assignment.shard(vector, path), shard -> new ShardContent())
                    .add(new PathVector(path, "run", vector));
        }
        return contents;
    }

    @Test
    void aCentreOfManyEqualVectorsGetsSeveralShards() {
        Centroids two = new Centroids(List.of(EQUAL, OTHER));
        Map<Integer, ShardContent> undivided = contents(new Assignment(two), 1_000);
        assertThat(undivided.get(0).vectors()).isEqualTo(1_000);
        assertThat(undivided.get(1).vectors()).isEqualTo(10);
        Centroids divided = new Assignment(two).divided(undivided, 400);
        assertThat(divided.centers()).containsExactly(EQUAL, EQUAL, EQUAL, EQUAL, EQUAL, OTHER);
        Map<Integer, ShardContent> contents = contents(new Assignment(divided), 1_000);
        assertThat(contents).containsOnlyKeys(0, 1, 2, 3, 4, 5);
        assertThat(contents.values()).allMatch(content -> content.vectors() < 400);
        assertThat(contents.get(5).text()).isEqualTo(undivided.get(1).text());
    }

    @Test
    void aDivisionStaysUntilAShardIsTooLargeAgain() {
        Centroids divided = new Centroids(List.of(EQUAL, EQUAL, EQUAL, EQUAL, EQUAL, OTHER));
        Assignment assignment = new Assignment(divided);
        assertThat(assignment.divided(contents(assignment, 1_500), 400)).isEqualTo(divided);
        assertThat(assignment.divided(contents(assignment, 3_000), 400).count()).isEqualTo(16);
    }
}
