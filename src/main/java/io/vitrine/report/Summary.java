package io.vitrine.report;

import java.util.Locale;
import java.util.stream.Collectors;

/** A run's record as a few lines for a person. */
public final class Summary {
    private static final String OK = "ok";
    private static final String DELETED = "deleted";

    private final RunRecord record;
    private final StringBuilder text = new StringBuilder();

    private Summary(RunRecord record) {
        this.record = record;
    }

    /** Counts by status with an example of each failure, rate, model loads, time in tasks, and where the features are. */
    public static String of(RunRecord record) {
        return new Summary(record).lines();
    }

    private String lines() {
        if (record.total() == 0) {
            line("nothing to do: %s", DoneBefore.describe(record.doneBefore()));
            leftOut();
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
        record.examples().stream()
                .filter(example -> !example.status().equals(DELETED))
                .forEach(example -> line("  %s, such as %s: %s", example.status(), example.path(), example.error()));
        leftOut();
        line("%.1f s, %.1f images/s; model loaded %s", record.seconds(), record.imagesPerSecond(), loads());
        record.approximation().forEach((output, error) -> line("approximate: %s %s against fp32", output, error));
        if (record.halvedTasks() > 0) {
            line(
                    "%s had no memory for batches of %d and ran halves, one task at a time; choose a smaller"
                            + " --batch-size, or on a GPU fewer --tasks-per-gpu",
                    Counted.of(record.halvedTasks(), "task"), record.batchSize());
        }
        line("time in tasks: %s", times());
        line("features in %s", place());
        warnings();
        return text.toString();
    }

    private void leftOut() {
        record.omitted().forEach(omission -> line("left out: %s", omission.describe()));
    }

    private void warnings() {
        record.warnings().forEach(warning -> line("warning: %s", warning));
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
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
        return record.taskSeconds().entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%s %.1f s", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private String place() {
        boolean folders = record.format().equals("parquet");
        return record.output() + (folders ? "/" : ", ") + "run=" + record.run() + (record.commits() == 1 ? "" : "-*");
    }
}
