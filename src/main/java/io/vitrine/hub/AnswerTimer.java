package io.vitrine.hub;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Limits the time until an answer's headers are there. A connection's own timeout starts again with every byte. */
final class AnswerTimer {
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "vitrine-hub-timer");
        thread.setDaemon(true);
        return thread;
    });

    private AnswerTimer() {}

    /**
     * Sends the request and returns the answer's status.
     *
     * @throws IOException if it fails or takes longer than {@code limit}
     */
    static int status(HttpURLConnection connection, Duration limit) throws IOException {
        AtomicBoolean over = new AtomicBoolean();
        Future<?> end = TIMER.schedule(
                () -> {
                    over.set(true);
                    connection.disconnect();
                },
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            int status = connection.getResponseCode();
            if (!over.get()) {
                return status; // otherwise the headers may have been cut off
            }
        } catch (IOException e) {
            if (!over.get()) {
                throw e;
            }
        } finally {
            end.cancel(false);
        }
        throw new SocketTimeoutException("no answer within " + limit.toMillis() + " ms");
    }
}
