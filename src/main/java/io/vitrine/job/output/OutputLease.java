package io.vitrine.job.output;

import io.vitrine.OutputConflictException;
import io.vitrine.RunInterruptedException;
import io.vitrine.catalog.StorageErrors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write one output, held by one run at a time.
 *
 * <p>Each run writes a file of its own into the lease folder and then lists the folder. That needs neither a rename nor a lock,
 * only a store whose listings show earlier writes. A run that sees the file of a holder gives way. Of two runs that see each
 * other before either holds the lease, the one with the greater name gives way at once, and the other looks again until that
 * file is gone. A run that asks never disturbs the holder. A file lives as long as it is renewed. A run that was suspended while it
 * took the lease looks once more after it noted that it holds it.
 * Ages are differences between the store's own times, so the hosts' clocks do not matter.
 */
public final class OutputLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputLease.class);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final String LIFETIME_SETTING = "spark.vitrine.lease";
    private static final String DEFAULT_LIFETIME = "300s";

    private final LeaseFiles files;
    private final Duration lifetime;
    private final ScheduledExecutorService renewals;
    private volatile boolean held;
    private volatile long renewedNanos = System.nanoTime();

    private OutputLease(LeaseFiles files, Duration lifetime) {
        this.files = files;
        this.lifetime = lifetime;
        this.renewals = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "vitrine-lease");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** How long a lease lives without renewal, by a session's settings. */
    public static Duration lifetime(SparkConf conf) {
        return Duration.ofSeconds(conf.getTimeAsSeconds(LIFETIME_SETTING, DEFAULT_LIFETIME));
    }

    /**
     * Takes the lease.
     *
     * @param folder the output's lease folder
     * @param holder the name of this run's file
     * @param lifetime how long a lease lives without renewal
     * @throws OutputConflictException if another run holds it
     */
    public static OutputLease take(String folder, String holder, Duration lifetime, Configuration configuration) {
        Path path = new Path(folder);
        try {
            LeaseFiles files = new LeaseFiles(path.getFileSystem(configuration), path, holder, lifetime);
            OutputLease lease = new OutputLease(files, lifetime);
            try {
                lease.write();
                lease.requireAlone();
            } catch (IOException | RuntimeException e) {
                lease.close();
                throw e;
            }
            long period = Math.max(1, lifetime.toMillis() / 3);
            ScheduledFuture<?> unused =
                    lease.renewals.scheduleAtFixedRate(lease::renew, period, period, TimeUnit.MILLISECONDS);
            return lease;
        } catch (IOException e) {
            throw StorageErrors.of("take the lease in", path, e);
        }
    }

    private void requireAlone() throws IOException {
        try {
            long end = System.nanoTime() + LOOK.toNanos();
            List<LeaseFiles.Other> others = files.others();
            while (!others.isEmpty() && others.stream().allMatch(this::givesWay) && System.nanoTime() < end) {
                Thread.sleep(PAUSE.toMillis());
                others = files.others();
            }
            if (!others.isEmpty()) {
                throw givenWay(others.get(0));
            }
            files.requireOwn(); // another run removes it if this one was suspended meanwhile
            held = true;
            write();
            Optional<LeaseFiles.Other> holder = files.holder();
            if (holder.isPresent()) { // it became one before this write
                throw givenWay(holder.get());
            }
        } catch (FileNotFoundException e) {
            throw new OutputConflictException("Another run removed the lease " + files.own()
                    + ", because this run was suspended while it took it. Run again when the other run has ended.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while taking the lease", e);
        }
    }

    private OutputConflictException givenWay(LeaseFiles.Other other) {
        return new OutputConflictException("Another run is writing to this output: "
                + other.path().getName().replace(".json", "") + " (" + other.path()
                + "). Wait for its end. If it has died, its lease expires " + lifetime.toSeconds()
                + " seconds after the last renewal; then run again.");
    }

    /** Whether another run sees this one and gives way. */
    private boolean givesWay(LeaseFiles.Other other) {
        return !other.isHeld() && other.path().getName().compareTo(files.own().getName()) > 0;
    }

    private void write() throws IOException {
        long now = System.nanoTime(); // before the write: on a slow store the file is as old as the request
        files.write(held);
        renewedNanos = now;
    }

    private boolean isExpired() {
        return System.nanoTime() - renewedNanos > lifetime.toNanos();
    }

    /** An expired lease is never renewed: another run may have started. */
    private void renew() {
        try {
            if (!isExpired() && files.ownExists()) {
                write();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Cannot renew the lease {}: {}", files.own(), e.toString());
        }
    }

    /** This run lost its lease. Another run may be writing, so nothing may be touched, not even to clean up. */
    public static final class Lost extends OutputConflictException {
        private static final long serialVersionUID = 1;

        Lost(String message) {
            super(message);
        }
    }

    /**
     * What {@code failure} of this run means: that the lease is lost, if it is. A run that was suspended for longer than its lease
     * lives finds its files removed by the next one.
     */
    public RuntimeException explain(RuntimeException failure) {
        if (failure instanceof Lost) {
            return failure;
        }
        try {
            requireHeld();
            return failure;
        } catch (Lost lost) {
            lost.addSuppressed(failure);
            return lost;
        } catch (RuntimeException e) { // the store does not answer, which is the failure
            return failure;
        }
    }

    /**
     * Checks before a commit that no other run can have started.
     *
     * @throws Lost if the lease was removed or could not be renewed in time
     */
    public void requireHeld() {
        try {
            if (isExpired()) {
                throw new Lost(
                        "This run lost the lease " + files.own() + ": it could not renew it for " + lifetime.toSeconds()
                                + " seconds, because its process was suspended or the store did not answer. Another run may have"
                                + " taken over. Committed images stay; run again.");
            }
            files.requireOwn();
            Optional<LeaseFiles.Other> holder = files.holder();
            if (holder.isPresent()) {
                throw new Lost("Another run is writing to this output: "
                        + holder.get().path() + ". Committed images stay; run again when it has ended.");
            }
        } catch (FileNotFoundException e) {
            throw new Lost("The lease " + files.own()
                    + " was removed, so another run may be writing. Committed images stay; run again.");
        } catch (IOException e) {
            throw StorageErrors.of("check the lease", files.own(), e);
        }
    }

    /** Gives the lease back. */
    @Override
    public void close() {
        Uninterrupted.cleanUp(this::giveBack);
    }

    private void giveBack() {
        renewals.shutdownNow();
        try {
            renewals.awaitTermination(10, TimeUnit.SECONDS); // a late renewal would write the file again
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            files.deleteOwn();
        } catch (IOException | RuntimeException e) {
            LOG.warn("Cannot remove the lease {}, so it is marked as given back: {}", files.own(), e.toString());
            markGivenBack();
        }
    }

    /** Some stores allow writes and no deletes. */
    private void markGivenBack() {
        try {
            files.markGivenBack();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The next run has to wait until the lease {} expires: {}", files.own(), e.toString());
        }
    }
}
