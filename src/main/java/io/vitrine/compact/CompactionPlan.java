package io.vitrine.compact;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which runs are rewritten.
 *
 * @param rewritten the runs to replace, in order
 * @param kept the runs that stay as they are
 * @param live the rows to write, for each file of the rewritten runs
 * @param share what the rewritten runs hold
 * @param addedBytes of columns of another output that the rows get
 * @param targetFileBytes files of about this size are written
 */
record CompactionPlan(
        List<String> rewritten,
        List<String> kept,
        Map<String, BitSet> live,
        RunShare share,
        long addedBytes,
        long targetFileBytes) {
    /** A run is rewritten if its files are smaller than this part of the target on average. */
    private static final double SMALL = 0.5;

    /** A run is rewritten if more than this part of its rows do not count. */
    private static final double WASTEFUL = 0.2;

    /**
     * Chooses the runs whose files are small, those that hold many rows which do not count, and all that hold rows of deleted
     * images: only together may these vanish, or an older row would count again.
     *
     * @param runs whose rows count, in order
     * @param files their files
     */
    static CompactionPlan of(List<String> runs, Map<String, FileRows> files, long targetFileBytes) {
        Map<String, RunShare> shares = shares(runs, files);
        CompactionPlan plan = of(shares, files, targetFileBytes, run -> {
            RunShare share = shares.get(run);
            return share.bytes() < SMALL * targetFileBytes * share.files()
                    || share.dead() > WASTEFUL * share.rows()
                    || share.gone() > 0
                    || share.files() == 0;
        });
        return plan.gainsNothing() ? of(shares, files, targetFileBytes, run -> false) : plan;
    }

    /** Rewrites all runs, if they have rows. */
    static CompactionPlan ofAll(List<String> runs, Map<String, FileRows> files, long targetFileBytes) {
        return of(shares(runs, files), files, targetFileBytes, run -> !files.isEmpty());
    }

    private static CompactionPlan of(
            Map<String, RunShare> shares, Map<String, FileRows> files, long targetFileBytes, Predicate<String> choice) {
        List<String> rewritten = shares.keySet().stream().filter(choice).toList();
        List<String> kept = shares.keySet().stream().filter(choice.negate()).toList();
        Set<String> chosen = new HashSet<>(rewritten);
        Map<String, BitSet> live = new TreeMap<>();
        files.forEach((file, rows) -> {
            if (chosen.contains(rows.run())) {
                live.put(file, rows.live());
            }
        });
        RunShare share = rewritten.stream().map(shares::get).reduce(RunShare.NONE, RunShare::plus);
        return new CompactionPlan(rewritten, kept, live, share, 0, targetFileBytes);
    }

    private static Map<String, RunShare> shares(List<String> runs, Map<String, FileRows> files) {
        Map<String, RunShare> shares = new TreeMap<>();
        runs.forEach(run -> shares.put(run, RunShare.NONE));
        files.values().forEach(file -> shares.merge(file.run(), RunShare.of(file), RunShare::plus));
        return shares;
    }

    /** This plan, where the rows get columns of so many bytes. */
    CompactionPlan withAdded(long bytes) {
        return new CompactionPlan(rewritten, kept, live, share, bytes, targetFileBytes);
    }

    boolean isEmpty() {
        return rewritten.isEmpty();
    }

    private boolean gainsNothing() {
        return share.dead() == 0 && expectedFiles() >= share.files();
    }

    /** Bytes of source files that make one file: those of rows that do not count vanish. */
    long sourceBytesPerFile() {
        return share.live() == 0 ? targetFileBytes : Math.round((double) targetFileBytes / share.live() * share.rows());
    }

    /** About as many files are written; Spark may pack them a little less full. */
    long expectedFiles() {
        return Math.max(
                1,
                (share.bytes() + sourceBytesPerFile() - 1) / sourceBytesPerFile()
                        + (addedBytes + targetFileBytes - 1) / targetFileBytes);
    }

    /** The plan for a person. */
    String describe() {
        String rest = kept.isEmpty() ? "" : String.format(Locale.ROOT, " %,d runs stay as they are.", kept.size());
        return isEmpty()
                ? "Nothing to compact: the files are large enough, and few rows do not count." + rest
                : String.format(
                        Locale.ROOT,
                        "%,d runs with %,d rows in %,d files (%,d bytes) become one run with %,d rows in about %,d files:"
                                + " %,d rows of deleted images and %,d outdated rows vanish.%s",
                        rewritten.size(),
                        share.rows(),
                        share.files(),
                        share.bytes(),
                        share.live(),
                        expectedFiles(),
                        share.gone(),
                        share.dead() - share.gone(),
                        rest);
    }
}
