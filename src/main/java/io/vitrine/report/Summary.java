package io.vitrine.report;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What one run did, for a person. */
public final class Summary {
    private Summary() {}

    /** A few lines. */
    public static String of(RunRecord record) {
        long failed = record.total() - record.ok();
        String reasons = record.images().entrySet().stream()
                .filter(entry -> !entry.getKey().equals("ok"))
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        String images = String.format(
                Locale.ROOT,
                "%,d images: %,d ok, %,d failed%s",
                record.total(),
                record.ok(),
                failed,
                failed == 0 ? "" : " (" + reasons + ")");
        String rate = String.format(
                Locale.ROOT,
                "%.1f s, %.1f images/s; model loaded %s",
                record.seconds(),
                record.imagesPerSecond(),
                loads(record));
        return images + "\n" + rate + "\n" + "time in tasks: " + times(record.taskSeconds()) + "\n" + "features in "
                + record.output() + "/run=" + record.run() + "\n";
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
