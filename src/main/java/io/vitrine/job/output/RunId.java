package io.vitrine.job.output;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Ids of runs, such as {@code 20260131T235959Z-1a2b3c4d5e6f}. They sort in the order of the runs: an image's newest row is the one with
 * the greatest id. So an id is later than those of all earlier runs, also within one second and where this host's clock is
 * behind.
 */
public final class RunId {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);
    private static final int RANDOM_DIGITS = 12; // 48 bits: runs of one second have different names
    private static final int TIME_LENGTH = "20260131T235959Z".length();

    /** An id, also with what a commit or a compaction adds to it. */
    private static final Pattern FORM = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-f]{" + RANDOM_DIGITS + "}(-.*)?");

    private RunId() {}

    /** Whether this class made {@code name}, or the start of it. */
    static boolean isOne(String name) {
        return FORM.matcher(name).matches();
    }

    /**
     * The id of a new run.
     *
     * @param now the run's time; the id moves it forward where an earlier run has the same or a later one
     * @param earlier the ids of earlier runs
     */
    public static String after(Instant now, List<String> earlier) {
        Instant time = earlier.stream()
                .map(RunId::time)
                .filter(before -> before.getEpochSecond() >= now.getEpochSecond())
                .max(Instant::compareTo)
                .map(last -> last.plusSeconds(1))
                .orElse(now);
        return TIME.format(time) + "-" + HexFormat.of().toHexDigits(new SecureRandom().nextLong(), RANDOM_DIGITS);
    }

    private static Instant time(String run) {
        try {
            return TIME.parse(run.substring(0, Math.min(TIME_LENGTH, run.length())), Instant::from);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH; // another program's name says nothing about time
        }
    }
}
