package io.vitrine.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which runs a compaction rewrites, and which stay. */
final class CompactionPlanTest {
    private static final long TARGET = 1000;
    private static final String A = "2026-a";
    private static final String B = "2026-b";
    private static final String C = "2026-c";

    private final Map<String, FileRows> files = new TreeMap<>();

    private enum State {
        LIVE,
        OUTDATED,
        GONE
    }

    private void file(String run, long bytes, State... rows) {
        String name = run + "/" + files.size();
        FileRows file = new FileRows();
        for (int i = 0; i < rows.length; i++) {
            file.add(new ScannedRow(name, i, bytes, run, rows[i] == State.LIVE, rows[i] == State.GONE));
        }
        files.put(name, file);
    }

    private static State[] live(int count) {
        State[] rows = new State[count];
        Arrays.fill(rows, State.LIVE);
        return rows;
    }

    private static State[] with(State[] rows, State... last) {
        State[] all = Arrays.copyOf(rows, rows.length);
        System.arraycopy(last, 0, all, all.length - last.length, last.length);
        return all;
    }

    private CompactionPlan plan(String... runs) {
        return CompactionPlan.of(List.of(runs), files, TARGET);
    }

    @Test
    void runsOfSmallFilesAreRewrittenAndThoseOfLargeOnesStay() {
        file(A, 900, live(10));
        file(B, 499, live(10));
        file(B, 499, live(10));
        file(C, 500, live(10));
        CompactionPlan plan = plan(A, B, C);
        assertThat(plan.rewritten()).containsExactly(B);
        assertThat(plan.kept()).containsExactly(A, C);
        assertThat(plan.live()).hasSize(2);
        assertThat(plan.share().rows()).isEqualTo(20);
        assertThat(plan.expectedFiles()).isEqualTo(1);
        assertThat(plan.describe()).contains("1 runs with 20 rows in 2 files (998 bytes)", "2 runs stay as they are");
    }

    @Test
    void aRunOfWhichMoreThanAFifthDoesNotCountIsRewritten() {
        file(A, 1000, with(live(10), State.OUTDATED, State.OUTDATED));
        file(B, 1000, with(live(10), State.OUTDATED, State.OUTDATED, State.OUTDATED));
        CompactionPlan plan = plan(A, B);
        assertThat(plan.rewritten()).containsExactly(B);
        assertThat(plan.kept()).containsExactly(A);
        assertThat(plan.live().get(B + "/1").cardinality()).isEqualTo(7);
    }

    /** If the row that says deleted went alone, the older row of a run that stays would count again. */
    @Test
    void allRunsWithRowsOfDeletedImagesAreRewrittenTogether() {
        file(A, 1000, with(live(100), State.GONE));
        file(B, 1000, live(100));
        file(C, 10, State.GONE);
        CompactionPlan plan = plan(A, B, C);
        assertThat(plan.rewritten()).containsExactly(A, C);
        assertThat(plan.kept()).containsExactly(B);
        assertThat(plan.share().gone()).isEqualTo(2);
        assertThat(plan.share().live()).isEqualTo(99);
    }

    @Test
    void aRunWithoutRowsIsReplacedByAnother() {
        file(A, 10, live(1));
        file(A, 10, live(1));
        assertThat(plan(A, B).rewritten()).containsExactly(A, B);
    }

    @Test
    void nothingIsRewrittenIfNothingIsGained() {
        file(A, 1000, live(10));
        file(B, 10, live(10));
        CompactionPlan plan = plan(A, B);
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.kept()).containsExactly(A, B);
        assertThat(plan.live()).isEmpty();
        assertThat(plan.describe()).startsWith("Nothing to compact").contains("2 runs stay as they are");
        file(C, 10, with(live(10), State.OUTDATED));
        assertThat(plan(A, B, C).rewritten()).containsExactly(B, C);
    }

    @Test
    void addedColumnsCountForTheNumberOfFiles() {
        file(A, 600, live(10));
        CompactionPlan plan = CompactionPlan.ofAll(List.of(A), files, TARGET);
        assertThat(plan.expectedFiles()).isEqualTo(1);
        assertThat(plan.withAdded(100).expectedFiles()).isLessThanOrEqualTo(2);
        assertThat(plan.withAdded(605_000).expectedFiles()).isBetween(605L, 606L);
        assertThat(plan.withAdded(605_000).describe()).contains("in about 606 files");
        assertThat(plan.withAdded(605_000).sourceBytesPerFile()).isEqualTo(plan.sourceBytesPerFile());
    }
}
