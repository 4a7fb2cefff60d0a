package io.vitrine.job.output;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;

/**
 * Names of runs, {@code 20260131T235959Z-1a2b}. Their order is the order of the runs: the newest row of an image is the one of
 * the greatest name, so a run is named later than every run before it, also within one second or where this host's clock is
 * behind another's.
 */
public final class RunId {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);
    private static final int TIME_LENGTH = "20260131T235959Z".length();

    private RunId() {}

    /**
     * @param now the time it is called after, unless it must be a later one
     * @param earlier the names of the runs before it
     */
    public static String after(Instant now, List<String> earlier) {
        Instant time = earlier.stream()
                .map(RunId::time)
                .filter(before -> before.getEpochSecond() >= now.getEpochSecond())
                .max(Instant::compareTo)
                .map(last -> last.plusSeconds(1))
                .orElse(now);
        return TIME.format(time) + "-" + UUID.randomUUID().toString().substring(0, 4);
    }

    private static Instant time(String run) {
        try {
            return TIME.parse(run.substring(0, Math.min(TIME_LENGTH, run.length())), Instant::from);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH; // not a name of ours; it says nothing about time
        }
    }
}
