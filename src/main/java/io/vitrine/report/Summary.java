package io.vitrine.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A run's record as a few lines for a person. */
public final class Summary {
    private static final String OK = "ok";
    private static final String DELETED = "deleted";
    private static final int MAX_LINES = 15;

    private final RunRecord record;
    private final StringBuilder text = new StringBuilder();

    private Summary(RunRecord record) {
        this.record = record;
    }

    /**
     * At most fifteen lines: counts by status with examples of failures, rate, model loads, where the time went, where images were
     * decoded if a GPU took part, cores and GPUs, bytes, files and formats, and where the report and the features are.
     */
    public static String of(RunRecord record) {
        return new Summary(record).lines();
    }

    private String lines() {
        if (record.total() == 0) {
            line("nothing to do: %s", DoneBefore.describe(record.doneBefore()));
            record.details().labels().ifPresent(labels -> labels(labels).forEach(line -> line("%s", line)));
            record.omitted().forEach(omission -> line("left out: %s", omission.describe()));
            warnings();
            return text.toString();
        }
        line(
                "%s: %,d ok, %,d failed%s%s",
                Counted.of(record.total() - record.deleted(), "image"),
                record.ok(),
                record.failed(),
                reasons(),
                others());
        List<String> rest = rest();
        examples(MAX_LINES - 1 - rest.size() - record.warnings().size());
        rest.forEach(line -> line("%s", line));
        warnings();
        return text.toString();
    }

    /** The most frequent failures, in at most {@code room} lines. */
    private void examples(int room) {
        List<RunRecord.Example> failed = record.examples().stream()
                .filter(example -> !example.status().equals(DELETED))
                .sorted(Comparator.comparing(
                        (RunRecord.Example example) -> record.images().getOrDefault(example.status(), 0L),
                        Comparator.reverseOrder()))
                .toList();
        int shown = failed.size() <= room ? failed.size() : Math.max(1, room - 1);
        failed.stream()
                .limit(shown)
                .forEach(example -> line("  %s, such as %s: %s", example.status(), example.path(), example.error()));
        if (failed.size() > shown) {
            line("  and %d other reasons: see the report", failed.size() - shown);
        }
    }

    private List<String> rest() {
        List<String> lines = new ArrayList<>();
        record.omitted().forEach(omission -> lines.add("left out: " + omission.describe()));
        lines.add(String.format(
                Locale.ROOT,
                "%.1f s, %.1f images/s; model loaded %s",
                record.seconds(),
                record.imagesPerSecond(),
                loads()));
        if (!record.approximation().isEmpty()) {
            lines.add("approximate against fp32: " + joined(record.approximation()));
        }
        record.details().labels().ifPresent(labels -> lines.addAll(labels(labels)));
        if (record.halvedTasks() > 0) {
            lines.add(Counted.of(record.halvedTasks(), "task") + " had no memory for batches of " + record.batchSize()
                    + " and ran halves, one task at a time; choose a smaller --batch-size, or on a GPU fewer"
                    + " --tasks-per-gpu");
        }
        lines.add("time in tasks: " + times());
        decoding().ifPresent(lines::add);
        RunDetails.Resources used = record.details().resources();
        if (used.executors() > 0) {
            lines.add(machines(used));
            lines.add("read " + Counted.of(record.details().images().bytesRead(), "byte") + formats() + "; wrote "
                    + Counted.of(used.bytesWritten(), "byte") + " in " + Counted.of(used.filesWritten(), "file"));
            lines.add("report in " + record.output() + "/_vitrine/" + record.run() + ".html");
        }
        lines.add("features in " + place());
        return lines;
    }

    private List<String> labels(LabelScores labels) {
        List<String> lines = new ArrayList<>();
        long before = record.doneBefore().getOrDefault(OK, 0L);
        lines.add("labels in " + labels.column() + ": " + labels.figures()
                + (before == 0
                        ? ""
                        : "; without the " + Counted.of(before, "image")
                                + " that earlier runs did (--force does all)"));
        if (labels.faults() > 0) {
            LabelTally.Example example = labels.examples().get(0);
            lines.add("  not compared: " + labels.faultsInWords() + ", such as " + example.path()
                    + (example.label().isEmpty() ? "" : ": " + example.label()));
        }
        return lines;
    }

    /** Where images were decoded; empty where no GPU took part. */
    private Optional<String> decoding() {
        RunRecord.Decoding decoding = record.decoding();
        if (!decoding.device().equals(RunRecord.Decoding.GPU)) {
            return Optional.empty();
        }
        long onCpu =
                decoding.onCpu().values().stream().mapToLong(Long::longValue).sum();
        String reasons = decoding.onCpu().entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                .collect(Collectors.joining(", ", " (", ")"));
        String faults = decoding.faults().isEmpty()
                ? ""
                : "; " + decoding.faults().get(0).describe()
                        + (decoding.faults().size() == 1 ? "" : ", and others: see the record");
        return Optional.of(String.format(
                Locale.ROOT,
                "decoded %,d on the GPU, %,d on the CPU%s%s",
                decoding.onGpu(),
                onCpu,
                onCpu == 0 ? "" : reasons,
                faults));
    }

    private String machines(RunDetails.Resources used) {
        double available = used.cores() * record.seconds();
        int gpus = record.gpus().size();
        return String.format(
                Locale.ROOT,
                "%s in %s, %.0f %% busy; %s; batches %.0f %% full; %,d requests to storage repeated",
                Counted.of(used.cores(), "core"),
                Counted.of(used.executors(), "executor"),
                available == 0 ? 0 : 100 * used.cpuSeconds() / available,
                gpus == 0 ? "no GPU" : Counted.of(gpus, "GPU"),
                100 * used.batchFill(),
                used.storageRetries());
    }

    private String formats() {
        Map<String, Long> formats = record.details().images().formats();
        return formats.isEmpty()
                ? ""
                : formats.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                        .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    private static String joined(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining("; "));
    }

    private void warnings() {
        record.warnings().forEach(warning -> line("warning: %s", warning));
    }

    private void line(String format, Object... values) {
        text.append(VisibleText.of(String.format(Locale.ROOT, format, values))).append('\n');
    }

    private String reasons() {
        return record.failed() == 0
                ? ""
                : record.images().entrySet().stream()
                        .filter(entry ->
                                !entry.getKey().equals(OK) && !entry.getKey().equals(DELETED))
                        .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    private String others() {
        String done = record.skipped() == 0 ? "" : "; " + DoneBefore.describe(record.doneBefore());
        String deleted =
                record.deleted() == 0 ? "" : String.format(Locale.ROOT, "; %,d marked as deleted", record.deleted());
        return done + deleted;
    }

    private String loads() {
        int loads = record.modelLoads().size();
        if (loads == 0) {
            return "(in a task that was retried, so its time is unknown)";
        }
        long slowest = record.modelLoads().stream()
                .mapToLong(RunRecord.ModelLoad::millis)
                .max()
                .orElse(0);
        return (loads == 1 ? "once" : loads + " times, once per executor") + " (" + slowest + " ms)";
    }

    private String times() {
        Map<String, Double> times = new LinkedHashMap<>(record.taskSeconds());
        times.remove("decode_preprocess"); // the sum of two others
        times.remove("gpu_decode_wait", 0.0); // no GPU decoded
        double all = times.values().stream().mapToDouble(Double::doubleValue).sum();
        return times.entrySet().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%s %.1f s (%.0f %%)",
                        entry.getKey().replace('_', ' '),
                        entry.getValue(),
                        all == 0 ? 0 : 100 * entry.getValue() / all))
                .collect(Collectors.joining(", "));
    }

    private String place() {
        boolean folders = record.format().equals("parquet");
        return record.output() + (folders ? "/" : ", ") + "run=" + record.run() + (record.commits() == 1 ? "" : "-*");
    }
}
