package io.vitrine.testkit;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A reader that counts the rows of each run of an output, again and again, on a thread of its own. */
public final class RunCounts implements AutoCloseable {
    private final Supplier<Dataset<Row>> reader;
    private final Map<String, Map<Long, Boolean>> seen = new ConcurrentHashMap<>(); // counts by run
    private final Thread thread;
    private final Set<String> checked = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private RunCounts(Supplier<Dataset<Row>> reader) {
        this.reader = reader;
        this.thread = new Thread(this::poll, "run-counts");
        thread.setDaemon(true);
    }

    /** @param reader opens the output; it may fail where there is nothing to read */
    public static RunCounts poll(Supplier<Dataset<Row>> reader) {
        RunCounts counts = new RunCounts(reader);
        counts.thread.start();
        return counts;
    }

    private void poll() {
        while (!closed) {
            look();
        }
    }

    private void look() {
        try {
            reader.get().groupBy("run").count().collectAsList().forEach(row -> seen.computeIfAbsent(
                            row.getString(0), run -> new ConcurrentHashMap<>())
                    .put(row.getLong(1), true));
        } catch (Exception e) {
            if (!(e instanceof AnalysisException) && !isGone(e)) {
                throw e;
            }
        }
    }

    /** There is no output yet, or a file was removed between the listing and the reading. */
    private static boolean isGone(Exception e) {
        return String.valueOf(e.getMessage())
                .matches("(?s).*(does not exist|no folder _vitrine|It is possible the underlying).*");
    }

    /** Waits until this many runs were seen. */
    public void await(int runs) {
        Await.until(runs + " runs are seen", Duration.ofSeconds(30), () -> seen.size() >= runs);
    }

    /** How many runs were seen with each count. A run that was seen with two counts is here twice. */
    public Map<Long, Integer> counts() {
        Map<Long, Integer> counts = new TreeMap<>();
        seen.values().forEach(run -> run.keySet().forEach(count -> counts.merge(count, 1, Integer::sum)));
        return counts;
    }

    /**
     * Checks each run that was seen.
     *
     * @param rows the rows of each run
     * @throws AssertionError if a run was seen with another number of rows, or is not among {@code rows}
     */
    public void require(Map<String, Long> rows) {
        seen.forEach((run, counts) -> {
            if (!checked.contains(run) && !counts.keySet().equals(Set.of(rows.getOrDefault(run, -1L)))) {
                throw new AssertionError(
                        "Run " + run + " has " + rows.get(run) + " rows and was seen with " + counts.keySet());
            }
        });
        checked.addAll(rows.keySet());
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
