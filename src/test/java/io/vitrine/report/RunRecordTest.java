package io.vitrine.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The record as JSON, which other programs read, and records of several commits as one. */
final class RunRecordTest {
    private static final RunRecord FIRST = record(
            "r1-0001",
            2,
            new RunRecord.Results(
                    Map.of("ok", 7L, "truncated", 2L, "deleted", 1L),
                    List.of(new RunRecord.Example("truncated", "in/b.jpg", "JPEG ends after 9 bytes")),
                    10,
                    4,
                    Map.of("ok", 3L, "corrupt", 1L),
                    1,
                    5));

    private static final RunRecord SECOND = record(
            "r1-0002",
            3,
            new RunRecord.Results(
                    Map.of("ok", 4L, "truncated", 1L),
                    List.of(new RunRecord.Example("truncated", "in/a.jpg", "JPEG ends after 8 bytes")),
                    5,
                    4,
                    Map.of("ok", 3L, "corrupt", 1L),
                    1,
                    2.5));

    private static RunRecord record(String run, double seconds, RunRecord.Results results) {
        return new RunRecord(
                new RunRecord.Run(run, "2026-01-01T00:00:00Z", seconds),
                new RunRecord.Places(List.of("in"), "out", "parquet"),
                new RunRecord.Model("m", "vit", "f", 1, "224x224", "none"),
                List.of(new RunRecord.Column("pooler_output", "array<float>", "float32", List.of(96))),
                results,
                new RunRecord.Execution(2, 8, "int8", "onnxruntime", Map.of("pooler_output", "cosine 0.9999"), 1),
                new RunRecord.Usage(
                        List.of(new RunRecord.ModelLoad(run, "cpu", 300)),
                        List.of(new RunRecord.GpuUse("1", "0", 2)),
                        Map.of("inference", 1.5),
                        new RunRecord.Peak(1000, 100)),
                RunRecord.Decoding.onGpu(
                        5,
                        Map.of("format", 2L, run.equals("r1-0001") ? "data" : "size", 1L),
                        List.of(new RunRecord.DecoderFault(run, "0", "no NVRTC"))),
                RunDetails.NONE,
                Map.of("spark", "3.5.0"),
                List.of());
    }

    private static JsonNode json(RunRecord record) throws JsonProcessingException {
        return new ObjectMapper().readTree(record.json());
    }

    @Test
    void theJsonIsFlatAndItsKeysKeepTheirOrder() throws JsonProcessingException {
        assertThat(json(FIRST).fieldNames())
                .toIterable()
                .containsExactly(
                        "run",
                        "started",
                        "seconds",
                        "inputs",
                        "output",
                        "format",
                        "omitted",
                        "model",
                        "columns",
                        "images",
                        "examples",
                        "total",
                        "skipped",
                        "done_before",
                        "commits",
                        "images_per_second",
                        "partitions",
                        "batch_size",
                        "precision",
                        "engine",
                        "approximation",
                        "halved_tasks",
                        "model_loads",
                        "gpus",
                        "task_seconds",
                        "driver_peak",
                        "decoding",
                        "bytes_read",
                        "formats",
                        "megapixels",
                        "file_bytes",
                        "slowest",
                        "executors",
                        "cores",
                        "cpu_seconds",
                        "gc_seconds",
                        "batches",
                        "batch_fill",
                        "storage_retries",
                        "bytes_written",
                        "files_written",
                        "progress",
                        "settings",
                        "versions",
                        "warnings");
    }

    @Test
    void nestedKeysAreInSnakeCase() throws JsonProcessingException {
        JsonNode json = json(FIRST);
        assertThat(json.path("model").fieldNames())
                .toIterable()
                .containsExactly("location", "type", "fingerprint", "parameters", "image_size", "preprocessing");
        assertThat(json.path("driver_peak").fieldNames())
                .toIterable()
                .containsExactly("resident_bytes", "live_heap_bytes");
        assertThat(json.path("model_loads").get(0).fieldNames())
                .toIterable()
                .containsExactly("executor", "device", "millis");
        assertThat(json.path("decoding").fieldNames())
                .toIterable()
                .containsExactly("device", "reason", "on_gpu", "on_cpu", "faults");
        assertThat(json.path("gpus").get(0).fieldNames()).toIterable().containsExactly("executor", "address", "tasks");
        assertThat(json.path("columns").get(0).fieldNames())
                .toIterable()
                .containsExactly("name", "type", "dtype", "shape");
        assertThat(json.path("examples").get(0).fieldNames()).toIterable().containsExactly("status", "path", "error");
    }

    @Test
    void theJsonEndsWithALineBreak() {
        assertThat(FIRST.json()).startsWith("{").endsWith("}\n");
    }

    @Test
    void deletedImagesAreNeitherOkNorFailed() {
        assertThat(FIRST.ok()).isEqualTo(7);
        assertThat(FIRST.deleted()).isOne();
        assertThat(FIRST.failed()).isEqualTo(2);
    }

    @Test
    void oneCommitIsTheWholeRun() {
        assertThat(RunRecord.merge("r1", List.of(FIRST))).isSameAs(FIRST);
    }

    @Test
    void severalCommitsAreAddedUp() {
        RunRecord merged = RunRecord.merge("r1", List.of(FIRST, SECOND));
        assertThat(merged.run()).isEqualTo("r1");
        assertThat(merged.seconds()).isEqualTo(5);
        assertThat(merged.commits()).isEqualTo(2);
        assertThat(merged.images())
                .containsOnly(Map.entry("ok", 11L), Map.entry("truncated", 3L), Map.entry("deleted", 1L));
        assertThat(merged.total()).isEqualTo(15);
        assertThat(merged.skipped()).isEqualTo(4);
        assertThat(merged.doneBefore()).containsOnly(Map.entry("ok", 3L), Map.entry("corrupt", 1L));
        assertThat(merged.imagesPerSecond()).isEqualTo(3);
        assertThat(merged.partitions()).isEqualTo(4);
        assertThat(merged.halvedTasks()).isEqualTo(2);
        assertThat(merged.taskSeconds()).containsExactly(Map.entry("inference", 3.0));
        assertThat(merged.modelLoads())
                .extracting(RunRecord.ModelLoad::executor)
                .containsExactly("r1-0001", "r1-0002");
    }

    @Test
    void imagesOfSeveralCommitsAreAddedUpWhereTheyWereDecoded() {
        RunRecord.Decoding merged =
                RunRecord.merge("r1", List.of(FIRST, SECOND)).decoding();
        assertThat(merged.device()).isEqualTo("gpu");
        assertThat(merged.onGpu()).isEqualTo(10);
        assertThat(merged.onCpu()).containsOnly(Map.entry("format", 4L), Map.entry("data", 1L), Map.entry("size", 1L));
        assertThat(merged.faults()).extracting(RunRecord.DecoderFault::executor).containsExactly("r1-0001", "r1-0002");
    }

    @Test
    void severalCommitsShareGpusAndHaveOneExamplePerStatus() {
        RunRecord merged = RunRecord.merge("r1", List.of(FIRST, SECOND));
        assertThat(merged.gpus()).containsExactly(new RunRecord.GpuUse("1", "0", 2));
        assertThat(merged.examples()).isEqualTo(FIRST.examples());
    }
}
