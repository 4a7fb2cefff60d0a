package io.vitrine.job.output;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps that must not stop halfway, such as a commit or a removal, on threads that nobody interrupts: file systems give up
 * their work when the calling thread is interrupted.
 */
public final class Uninterrupted {
    /**
     * How long a run waits for one step of its clean-up. A run has three or four of them, and on a store that is gone each would take a
     * minute or more by the client's retries. What is left the next run removes.
     */
    static final Duration CLEAN_UP = Duration.ofSeconds(30);

    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);
    private static final Logger LOG = LoggerFactory.getLogger(Uninterrupted.class);

    private Uninterrupted() {}

    /** Runs {@code step} and waits for its end. An interruption of the caller is kept for its next wait. */
    public static void run(Runnable step) {
        await(start(step), FOREVER);
    }

    /** {@link #run} for a step whose work the next run can do: waits for {@link #CLEAN_UP} at most, and leaves it to itself then. */
    public static void cleanUp(Runnable step) {
        cleanUp(step, CLEAN_UP);
    }

    static void cleanUp(Runnable step, Duration limit) {
        if (!await(start(step), limit)) {
            LOG.warn("The storage does not answer, so the clean-up is left to the next run.");
        }
    }

    private static FutureTask<Void> start(Runnable step) {
        FutureTask<Void> task = new FutureTask<>(step, null);
        Thread thread = new Thread(task, "vitrine-uninterrupted");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** Returns whether the task has ended. */
    private static boolean await(FutureTask<Void> task, Duration limit) {
        long start = System.nanoTime();
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    task.get(limit.toNanos() - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return false;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
