package io.vitrine.job.output;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs steps that must not stop halfway, such as a commit or a removal, on threads that nobody interrupts: file systems give up
 * their work when the calling thread is interrupted.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Runs {@code step} and waits for its end. An interruption of the caller is kept for its next wait. */
    public static void run(Runnable step) {
        FutureTask<Void> task = new FutureTask<>(step, null);
        Thread thread = new Thread(task, "vitrine-uninterrupted");
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
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
