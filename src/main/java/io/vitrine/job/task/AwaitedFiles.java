package io.vitrine.job.task;

import io.vitrine.fetch.Fetched;
import io.vitrine.fetch.KeptBytes;
import io.vitrine.job.metrics.Activity;
import io.vitrine.job.rows.WorkItem;
import java.util.Iterator;
import java.util.function.Supplier;

/** A task's files, and how long its thread waited for each. Used by one thread. */
final class AwaitedFiles implements Iterator<Fetched<WorkItem>> {
    private final Iterator<Fetched<WorkItem>> fetched;
    private final Supplier<KeptBytes> keeper;
    private final TaskTimings timings;
    private long waiting; // nanoseconds that the next file took so far
    private long waited; // nanoseconds that the last file took

    /** @param keeper keeps the bytes of the last file */
    AwaitedFiles(Iterator<Fetched<WorkItem>> fetched, Supplier<KeptBytes> keeper, TaskTimings timings) {
        this.fetched = fetched;
        this.keeper = keeper;
        this.timings = timings;
    }

    @Override
    public boolean hasNext() {
        long start = System.nanoTime();
        boolean more = fetched.hasNext();
        waiting += System.nanoTime() - start;
        return more;
    }

    @Override
    public Fetched<WorkItem> next() {
        long start = System.nanoTime();
        Fetched<WorkItem> image = fetched.next();
        waited = waiting + System.nanoTime() - start;
        waiting = 0;
        timings.add(Activity.FETCH, waited);
        return image;
    }

    /** Keeps the bytes of the last file valid until the result is closed. */
    KeptBytes keep() {
        return keeper.get();
    }

    /** Nanoseconds that the last file took to come. */
    long waited() {
        return waited;
    }
}
