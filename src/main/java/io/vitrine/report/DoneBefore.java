package io.vitrine.report;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Images that stay as earlier runs left them, in words. */
public final class DoneBefore {
    private static final String OK = "ok";

    private DoneBefore() {}

    /**
     * Such as {@code 1,234 done before, of them 40 failed (38 corrupt, 2 truncated)}.
     *
     * @param images by status
     */
    public static String describe(Map<String, Long> images) {
        long total = images.values().stream().mapToLong(Long::longValue).sum();
        long failed = total - images.getOrDefault(OK, 0L);
        String done = String.format(Locale.ROOT, "%,d done before", total);
        return failed == 0
                ? done
                : done + String.format(Locale.ROOT, ", of them %,d failed (%s)", failed, failures(images));
    }

    private static String failures(Map<String, Long> images) {
        return new TreeMap<>(images)
                .entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(OK))
                        .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                        .collect(Collectors.joining(", "));
    }
}
