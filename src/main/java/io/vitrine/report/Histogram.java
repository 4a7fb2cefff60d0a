package io.vitrine.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Counts of values between fixed edges. Bounded: a count per pair of edges. Used by one thread. */
public final class Histogram implements Serializable {
    private static final long serialVersionUID = 1;

    /** Edges of megapixels: thumbnails, screens, cameras, scans. */
    static final List<Double> MEGAPIXEL_EDGES = List.of(0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0);

    /** Edges of file lengths, in bytes. */
    static final List<Double> BYTE_EDGES = edges(10 << 10, 4, 9);

    private static final int MIN_BARS = 5;

    private final List<Double> edges;
    private final long[] counts;

    /**
     * One bar of a histogram.
     *
     * @param from the least value, inclusive
     * @param to the greatest value, exclusive; null for the last bar, which has no end
     */
    public record Bar(double from, Double to, long images) implements Serializable {}

    /** @param edges ascending; the last bar has no end */
    Histogram(List<Double> edges) {
        this.edges = List.copyOf(edges);
        this.counts = new long[edges.size()];
    }

    private static List<Double> edges(double first, double factor, int count) {
        List<Double> edges = new ArrayList<>(List.of(0.0));
        for (int i = 0; i < count; i++) {
            edges.add(first * Math.pow(factor, i));
        }
        return List.copyOf(edges);
    }

    /** Counts a value of at least the first edge. */
    void add(double value) {
        int bar = counts.length - 1;
        while (bar > 0 && value < edges.get(bar)) {
            bar--;
        }
        counts[bar]++;
    }

    /** Adds the counts of a histogram with the same edges. */
    void add(Histogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    /** The bars from the first to the last that counts something, at least five; none if nothing was counted. */
    List<Bar> bars() {
        int first = 0;
        int last = counts.length - 1;
        while (first < last && counts[first] == 0) {
            first++;
        }
        while (last >= first && counts[last] == 0) {
            last--;
        }
        if (last < first) {
            return List.of();
        }
        last = Math.min(counts.length - 1, Math.max(last, first + MIN_BARS - 1));
        first = Math.max(0, Math.min(first, last - MIN_BARS + 1));
        List<Bar> bars = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            bars.add(new Bar(edges.get(i), i + 1 < edges.size() ? edges.get(i + 1) : null, counts[i]));
        }
        return List.copyOf(bars);
    }
}
