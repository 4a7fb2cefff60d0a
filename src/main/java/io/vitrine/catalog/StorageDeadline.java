package io.vitrine.catalog;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;

/**
 * Limits the time of requests to storage that list, describe or change small files: those of the driver and of listing tasks. Each
 * runs in a thread of its own, which is left behind if the file system never returns.
 *
 * <p>The limit is the setting {@value #SETTING} of Hadoop's configuration, in seconds unless it has a unit. The default of {@value
 * #DEFAULT_SECONDS} s lets S3A end its own retries first when a store answers with errors or refuses connections, 95 s at most
 * with the settings of {@code S3ASettings}.
 */
public final class StorageDeadline {
    /** The setting's name; in Spark's configuration with {@code spark.hadoop.} before it. */
    public static final String SETTING = "vitrine.storage.timeout";

    private static final long DEFAULT_SECONDS = 300;

    private final Duration limit;

    private StorageDeadline(Duration limit) {
        this.limit = limit;
    }

    /** The deadline that {@code configuration} sets. */
    public static StorageDeadline of(Configuration configuration) {
        return new StorageDeadline(Duration.ofMillis(
                configuration.getTimeDuration(SETTING, DEFAULT_SECONDS, TimeUnit.SECONDS, TimeUnit.MILLISECONDS)));
    }

    /** A deadline of {@code limit}. */
    public static StorageDeadline of(Duration limit) {
        return new StorageDeadline(limit);
    }

    /**
     * The result of {@code request}.
     *
     * @throws SocketTimeoutException if it takes too long
     * @throws IOException what the request throws
     */
    public <T> T call(Callable<T> request) throws IOException {
        FutureTask<T> task = new FutureTask<>(request);
        Thread thread = new Thread(task, "vitrine-storage");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            throw new SocketTimeoutException(
                    "no answer from storage within " + limit.toSeconds() + " s (" + SETTING + ")");
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for storage");
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static IOException failure(Throwable cause) {
        if (cause instanceof IOException failure) {
            return failure;
        }
        if (cause instanceof RuntimeException failure) {
            throw failure;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IOException(cause);
    }
}
