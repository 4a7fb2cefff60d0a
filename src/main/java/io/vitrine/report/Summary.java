package io.vitrine.report;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What one run did, for a person. */
public final class Summary {
    private Summary() {}

    /** A few lines. */
    public static String of(RunRecord record) {
        if (record.total() == 0) {
            return String.format(Locale.ROOT, "nothing to do: all %,d images are done%n", record.skipped());
        }
        long deleted = record.images().getOrDefault("deleted", 0L);
        long failed = record.total() - record.ok() - deleted;
        String reasons = record.images().entrySet().stream()
                .filter(entry -> !entry.getKey().equals("ok") && !entry.getKey().equals("deleted"))
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        String images = String.format(
                Locale.ROOT,
                "%,d images: %,d ok, %,d failed%s",
                record.total() - deleted,
                record.ok(),
                failed,
                failed == 0 ? "" : " (" + reasons + ")");
        String others = (record.skipped() == 0 ? "" : String.format(Locale.ROOT, "; %,d done before", record.skipped()))
                + (deleted == 0 ? "" : String.format(Locale.ROOT, "; %,d marked as deleted", deleted));
        String rate = String.format(
                Locale.ROOT,
                "%.1f s, %.1f images/s; model loaded %s",
                record.seconds(),
                record.imagesPerSecond(),
                loads(record));
        String approximate = record.approximation().entrySet().stream()
                .map(entry -> "approximate: " + entry.getKey() + " " + entry.getValue() + " against fp32\n")
                .collect(Collectors.joining());
        return images + others + "\n" + rate + "\n" + approximate + halved(record) + "time in tasks: "
                + times(record.taskSeconds())
                + "\n"
                + "features in " + record.output() + (record.format().equals("parquet") ? "/" : ", ") + "run="
                + record.run()
                + (record.commits() == 1 ? "" : "-*")
                + "\n";
    }

    private static String halved(RunRecord record) {
        return record.halvedTasks() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%d tasks had no memory for batches of %d and ran halves, one task at a time; choose a smaller"
                                + " --batch-size, or on a GPU fewer --tasks-per-gpu%n",
                        record.halvedTasks(),
                        record.batchSize());
    }

    private static String loads(RunRecord record) {
        int loads = record.modelLoads().size();
        if (loads == 0) {
            return "(its task was retried, so no time is known)";
        }
        long slowest = record.modelLoads().stream()
                .mapToLong(RunRecord.ModelLoad::millis)
                .max()
                .orElse(0);
        return (loads == 1 ? "once" : loads + " times, once an executor") + " (" + slowest + " ms)";
    }

    private static String times(Map<String, Double> seconds) {
        return seconds.entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%s %.1f s", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }
}
