package io.vitrine.catalog;

import io.vitrine.report.Omission;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts what a listing or a list leaves out, with the first few examples of each kind. Used by one thread. */
public final class Omissions implements Serializable {
    private static final long serialVersionUID = 1;
    static final int EXAMPLES = 3;

    private final Map<OmissionReason, Tally> tallies = new EnumMap<>(OmissionReason.class);

    private static final class Tally implements Serializable {
        private static final long serialVersionUID = 1;
        private long count;
        private final ArrayList<String> examples = new ArrayList<>();
    }

    /** Counts one. */
    public void add(OmissionReason reason, String place) {
        add(reason, 1, List.of(place));
    }

    /** Counts {@code count} of one kind. */
    public void add(OmissionReason reason, long count, List<String> examples) {
        if (count == 0) {
            return;
        }
        Tally tally = tallies.computeIfAbsent(reason, key -> new Tally());
        tally.count += count;
        for (String example : examples) {
            String shown = ImageFile.shown(example);
            if (tally.examples.size() < EXAMPLES && !tally.examples.contains(shown)) {
                tally.examples.add(shown);
            }
        }
    }

    /** Adds the counts of {@code others}. */
    public void addAll(Omissions others) {
        others.tallies.forEach((reason, tally) -> add(reason, tally.count, tally.examples));
    }

    /** How many of one kind. */
    public long count(OmissionReason reason) {
        return tallies.getOrDefault(reason, new Tally()).count;
    }

    /** Whether images that an earlier run has done may be among what is left out. */
    public boolean hideImages() {
        return tallies.keySet().stream().anyMatch(OmissionReason::hidesImages);
    }

    /** The counts, for the plan, the summary and the record. */
    public List<Omission> toList() {
        return tallies.entrySet().stream()
                .map(entry -> new Omission(
                        entry.getKey().words(), entry.getValue().count, List.copyOf(entry.getValue().examples)))
                .toList();
    }
}
