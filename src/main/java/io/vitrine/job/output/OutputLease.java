package io.vitrine.job.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.OutputConflictException;
import io.vitrine.RunInterruptedException;
import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageErrors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write one output, held by one run at a time.
 *
 * <p>Each run puts a file of its own beside the others' and then looks at all of them, which needs no rename and no lock, only a
 * store whose listings show what was written before. Whoever sees another live file gives way; of two that see each other, the
 * one with the greater name gives way at once and the other looks again. A file lives as long as it is renewed: ages are
 * differences between the store's own times, so the hosts' clocks do not matter.
 */
public final class OutputLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputLease.class);
    private static final Duration SECOND_LOOK = Duration.ofSeconds(2);

    private final FileSystem fs;
    private final Path folder;
    private final Path own;
    private final Duration life;
    private final ScheduledExecutorService renewals;
    private volatile long renewed = System.nanoTime();

    private OutputLease(FileSystem fs, Path folder, String holder, Duration life) {
        this.fs = fs;
        this.folder = folder;
        this.own = new Path(folder, holder + ".json");
        this.life = life;
        this.renewals = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "vitrine-lease");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes the lease.
     *
     * @param folder where leases of one output lie
     * @param life how long one lives without renewal
     * @throws VitrineException if another run holds it
     */
    public static OutputLease take(String folder, String holder, Duration life, Configuration configuration) {
        Path path = new Path(folder);
        try {
            OutputLease lease = new OutputLease(path.getFileSystem(configuration), path, holder, life);
            try {
                lease.write();
                lease.requireAlone();
            } catch (IOException | RuntimeException e) {
                lease.close();
                throw e;
            }
            long period = Math.max(1, life.toMillis() / 3);
            lease.renewals.scheduleAtFixedRate(lease::renew, period, period, TimeUnit.MILLISECONDS);
            return lease;
        } catch (IOException e) {
            throw StorageErrors.of("take the lease in", path, e);
        }
    }

    private void requireAlone() throws IOException {
        try {
            List<FileStatus> others = others();
            if (!others.isEmpty()
                    && others.stream()
                            .noneMatch(other -> other.getPath().getName().compareTo(own.getName()) < 0)) {
                Thread.sleep(SECOND_LOOK.toMillis()); // the others have seen this one, and are giving way
                others = others();
            }
            if (!others.isEmpty()) {
                FileStatus other = others.get(0);
                throw new OutputConflictException("Another run is writing to this output: "
                        + other.getPath().getName().replace(".json", "") + " (" + other.getPath()
                        + "). Wait for its end. If it has died, its lease ends " + life.toSeconds()
                        + " seconds after its last sign of life; then run again.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while taking the lease", e);
        }
    }

    /** The live leases of other runs; dead ones are cleared away. */
    private List<FileStatus> others() throws IOException {
        long now = fs.getFileStatus(own).getModificationTime();
        List<FileStatus> others = new ArrayList<>();
        for (FileStatus file : fs.listStatus(folder)) {
            if (file.getPath().getName().equals(own.getName())) {
                continue;
            }
            if (now - file.getModificationTime() > life(file.getPath()).toMillis()) {
                fs.delete(file.getPath(), false);
            } else {
                others.add(file);
            }
        }
        return others;
    }

    /** How long another run's lease lives: as it says itself. */
    private Duration life(Path other) throws IOException {
        try (InputStream in = fs.open(other)) {
            long seconds = new ObjectMapper().readTree(in).path("seconds").asLong(0);
            return seconds > 0 ? Duration.ofSeconds(seconds) : life;
        } catch (FileNotFoundException | JsonProcessingException e) {
            return life; // it is just going, or half written
        }
    }

    private void write() throws IOException {
        long now = System.nanoTime(); // not after: a slow store's file is as old as the request
        String text = "{\"host\": \"" + host() + "\", \"pid\": "
                + ProcessHandle.current().pid() + ", \"seconds\": " + life.toSeconds() + "}\n";
        try (OutputStream out = fs.create(own, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        renewed = now;
    }

    private boolean isOverdue() {
        return System.nanoTime() - renewed > life.toNanos();
    }

    /** Once overdue, never again: another run may have begun. */
    private void renew() {
        try {
            if (!isOverdue() && fs.exists(own)) {
                write();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Cannot renew the lease {}: {}", own, e.toString());
        }
    }

    /** Another run may be writing: nothing may be touched any more, also not to clean up. */
    public static final class Lost extends OutputConflictException {
        private static final long serialVersionUID = 1;

        Lost(String message) {
            super(message);
        }
    }

    /**
     * Checks, before something is committed, that no other run can have begun meanwhile.
     *
     * @throws VitrineException if the lease was taken away or has not been renewed in time
     */
    public void requireHeld() {
        try {
            fs.getFileStatus(own);
            List<FileStatus> others = others();
            if (!others.isEmpty()) {
                throw new Lost("Another run is writing to this output: "
                        + others.get(0).getPath() + ". What was committed is kept; run again when it has ended.");
            }
            if (isOverdue()) {
                throw new Lost("The lease " + own + " could not be renewed for " + life.toSeconds()
                        + " seconds, so another run may be writing. Run again; what was committed is kept.");
            }
        } catch (FileNotFoundException e) {
            throw new Lost("The lease " + own
                    + " was removed, so another run may be writing. Run again; what was committed is kept.");
        } catch (IOException e) {
            throw StorageErrors.of("check the lease", own, e);
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    /** Gives it back. */
    @Override
    public void close() {
        renewals.shutdownNow();
        try {
            renewals.awaitTermination(10, TimeUnit.SECONDS); // or it could come back after its end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            fs.delete(own, false);
        } catch (IOException | RuntimeException e) {
            LOG.warn("Cannot remove the lease {}: {}", own, e.toString());
        }
    }
}
