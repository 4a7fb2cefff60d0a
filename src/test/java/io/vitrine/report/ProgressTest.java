package io.vitrine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    @Test
    void aLineSaysRateFailuresAndTimeLeft() {
        Progress.Lines lines = new Progress.Lines(20_000, System.err);
        assertThat(lines.line(5_000, 12, 10)).isEqualTo("5,000 of 20,000 images, 12 failed, 500.0/s, 30 s left");
    }

    @Test
    void linesAreFewAndNoneComesBeforeTheFirstImage() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Progress progress = new Progress.Lines(100, new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            for (int done = 0; done < 100; done++) {
                progress.update(done, 0);
            }
        }
        assertThat(bytes.size()).isZero(); // within the first ten seconds
    }

    @Test
    void theSummaryCountsEveryReason() {
        RunRecord record = new RunRecord(
                new RunRecord.Run("r1", "2026-01-01T00:00:00Z", 2),
                new RunRecord.Places(List.of("in"), "out", "parquet"),
                new RunRecord.Model("m", "vit", "f", 1, "224x224", "none"),
                List.of(),
                new RunRecord.Results(
                        Map.of("ok", 7L, "truncated", 2L, "empty", 1L),
                        List.of(new RunRecord.Example("truncated", "in/cut.jpg", "JPEG ends after 9 bytes")),
                        10,
                        0,
                        1,
                        5),
                new RunRecord.Execution(
                        1,
                        8,
                        "fp32",
                        "onnxruntime",
                        Map.of("pooler_output", "relative error 1.00e-02, cosine 0.999900"),
                        2),
                new RunRecord.Usage(
                        List.of(new RunRecord.ModelLoad("1", "cpu", 300), new RunRecord.ModelLoad("2", "cpu", 400)),
                        List.of(),
                        Map.of("inference", 1.5),
                        new RunRecord.Peak(1, 1)),
                Map.of());
        assertThat(Summary.of(record))
                .contains("10 images: 7 ok, 3 failed (")
                .contains("2 truncated")
                .contains("1 empty")
                .contains("2.0 s, 5.0 images/s; model loaded 2 times, once an executor (400 ms)")
                .contains("approximate: pooler_output relative error 1.00e-02, cosine 0.999900 against fp32")
                .contains("2 tasks had no memory for batches of 8 and ran halves, one task at a time")
                .contains("features in out/run=r1");
        assertThat(record.json()).contains("\"images_per_second\" : 5.0", "\"model_loads\"", "\"task_seconds\"");
    }
}
