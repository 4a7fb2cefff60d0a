package io.vitrine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SummaryTest {
    private static final RunRecord.Example TRUNCATED =
            new RunRecord.Example("truncated", "in/cut.jpg", "JPEG ends after 9 bytes");
    private static final RunRecord.Example EMPTY = new RunRecord.Example("empty", "in/0.jpg", "the file has no bytes");
    private static final RunRecord.Example DELETED = new RunRecord.Example("deleted", "in/gone.jpg", "");

    private static RunRecord.Results results(Map<String, Long> images, long skipped, RunRecord.Example... examples) {
        long total = images.values().stream().mapToLong(Long::longValue).sum();
        return new RunRecord.Results(images, List.of(examples), total, skipped, Map.of("ok", skipped), 1, 5);
    }

    private static RunRecord record(RunRecord.Results results, long halvedTasks) {
        return new RunRecord(
                new RunRecord.Run("r1", "2026-01-01T00:00:00Z", 2),
                new RunRecord.Places(List.of("in"), "out", "parquet"),
                new RunRecord.Model("m", "vit", "f", 1, "224x224", "none"),
                List.of(),
                results,
                new RunRecord.Execution(
                        1,
                        8,
                        "int8",
                        "onnxruntime",
                        Map.of("pooler_output", "relative error 1.00e-02, cosine 0.999900"),
                        halvedTasks),
                new RunRecord.Usage(
                        List.of(new RunRecord.ModelLoad("1", "cpu", 300), new RunRecord.ModelLoad("2", "cpu", 400)),
                        List.of(),
                        Map.of("inference", 1.5),
                        new RunRecord.Peak(1, 1)),
                RunRecord.Decoding.onCpu("--decode-on cpu"),
                RunDetails.NONE,
                Map.of(),
                List.of());
    }

    @Test
    void itCountsEachStatusAndGivesAnExampleOfEachFailure() {
        Map<String, Long> images = Map.of("ok", 7000L, "truncated", 2L, "empty", 1L, "deleted", 4L);
        RunRecord record = record(results(images, 3, EMPTY, TRUNCATED, DELETED), 0);
        assertThat(Summary.of(record).lines().limit(3))
                .satisfies(lines -> assertThat(lines.get(0))
                        .startsWith("7,003 images: 7,000 ok, 3 failed (")
                        .contains("2 truncated", "1 empty")
                        .endsWith("); 3 done before; 4 marked as deleted"))
                .endsWith(
                        "  truncated, such as in/cut.jpg: JPEG ends after 9 bytes",
                        "  empty, such as in/0.jpg: the file has no bytes");
    }

    @Test
    void itSaysHowFastTheRunWasAndWhereTheFeaturesAre() {
        assertThat(Summary.of(record(results(Map.of("ok", 10L), 0), 2)).lines())
                .containsExactly(
                        "10 images: 10 ok, 0 failed",
                        "2.0 s, 5.0 images/s; model loaded 2 times, once per executor (400 ms)",
                        "approximate against fp32: pooler_output relative error 1.00e-02, cosine 0.999900",
                        "2 tasks had no memory for batches of 8 and ran halves, one task at a time; choose a smaller"
                                + " --batch-size, or on a GPU fewer --tasks-per-gpu",
                        "time in tasks: inference 1.5 s (100 %)",
                        "features in out/run=r1");
    }

    @Test
    void aRunWithNothingToDoIsOneLine() {
        assertThat(Summary.of(record(results(Map.of(), 1234), 0))).isEqualTo("nothing to do: 1,234 done before\n");
    }

    @Test
    void oneImageIsSingular() {
        assertThat(Summary.of(record(results(Map.of("ok", 1L), 0), 1)).lines())
                .anyMatch(line -> line.equals("1 image: 1 ok, 0 failed"))
                .anyMatch(line -> line.startsWith("1 task had no memory"));
    }

    @Test
    void failuresOfEarlierRunsAreCountedByStatus() {
        RunRecord.Results results =
                new RunRecord.Results(Map.of(), List.of(), 0, 40, Map.of("corrupt", 38L, "empty", 2L), 1, 0);
        assertThat(Summary.of(record(results, 0)))
                .isEqualTo("nothing to do: 40 done before, of them 40 failed (38 corrupt, 2 empty)\n");
    }

    @Test
    void warningsAreShownLast() {
        RunRecord record = record(results(Map.of("ok", 10L), 0), 0)
                .withWarnings(List.of("Cannot remove out/_vitrine/started/r1: access denied."));
        assertThat(Summary.of(record)).endsWith("\nwarning: Cannot remove out/_vitrine/started/r1: access denied.\n");
    }
}
