package io.vitrine.dev.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Measurements by name and round. Prints medians, and ratios within a round, as Markdown tables and as JSON. */
final class Results {
    private final Map<String, List<Measurement>> rows = new LinkedHashMap<>();
    private final Map<String, Double> ratios = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    void add(String name, Measurement measurement) {
        rows.computeIfAbsent(name, key -> new ArrayList<>()).add(measurement);
    }

    /** Measures a row. */
    interface Row {
        void measure() throws Exception;
    }

    /** Measures a row. If it fails, the others are measured all the same, and it is {@link #missing}. */
    void tryRow(String name, Row row) throws InterruptedException {
        try {
            row.measure();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            missing.add(name);
            note("no row of " + name + ": " + e);
        }
    }

    /** Rows that could not be measured. */
    List<String> missing() {
        return missing;
    }

    /** What is to be read below the tables. */
    void note(String text) {
        notes.add(text);
    }

    /** The measurement of a round, or null; rounds count from 0. */
    Measurement get(String name, int round) {
        List<Measurement> all = rows.getOrDefault(name, List.of());
        return round < all.size() ? all.get(round) : null;
    }

    int rounds() {
        return rows.values().stream().mapToInt(List::size).max().orElse(0);
    }

    /** A ratio within a round. */
    interface Ratio {
        double of(int round);
    }

    /** The ratio of two rows' rates. */
    void rateRatio(String name, String part, String whole) {
        ratio(name, round -> {
            Measurement above = get(part, round);
            Measurement below = get(whole, round);
            return above == null || below == null ? Double.NaN : above.rate() / below.rate();
        });
    }

    /** Keeps the median of a ratio over all rounds, if everything that it compares was measured. */
    void ratio(String name, Ratio ratio) {
        List<Double> values = new ArrayList<>();
        for (int round = 0; round < rounds(); round++) {
            values.add(ratio.of(round));
        }
        if (values.stream().noneMatch(value -> value.isNaN())) {
            ratios.put(name, median(values));
        }
    }

    void print(PrintWriter out) {
        printTables(out);
        notes.forEach(out::println);
        out.flush();
    }

    private void printTables(PrintWriter out) {
        out.println("| ViT-Base/16 | images/s | CPU-seconds per image |");
        out.println("|---|---|---|");
        rows.forEach((name, all) -> out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.4f |%n",
                name,
                median(all, Measurement::rate),
                median(all, Measurement::cpuPerImage)));
        out.flush();
        if (ratios.isEmpty()) {
            return;
        }
        out.println();
        out.println("| ratio, median of " + rounds() + (rounds() == 1 ? " round |" : " rounds |") + " |");
        out.println("|---|---|");
        ratios.forEach((name, value) -> out.printf(Locale.ROOT, "| %s | %.3f |%n", name, value));
        out.flush();
    }

    /** Writes every round's measurements. */
    void write(Path file, Map<String, Object> about) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>(about);
        document.put("rows", rows);
        document.put("ratios", ratios);
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), document);
    }

    private static double median(List<Measurement> all, ToDoubleFunction<Measurement> of) {
        return median(all.stream().mapToDouble(of).boxed().toList());
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
