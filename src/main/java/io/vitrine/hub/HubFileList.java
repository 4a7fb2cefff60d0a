package io.vitrine.hub;

import io.vitrine.ModelException;
import io.vitrine.RunInterruptedException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.JsonFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The Hub's list of a commit's files, a JSON object of at most {@link JsonFile#MAX_BYTES}. */
final class HubFileList {
    private static final int BUFFER = 1 << 14;

    private HubFileList() {}

    /**
     * Reads the names from an answer whose headers are there.
     *
     * @param limit until its last byte
     * @throws ModelException if it is too large
     * @throws IOException if it fails, is damaged, or takes longer than {@code limit}
     */
    static List<String> names(HttpURLConnection answer, HubCheckpointId id, Duration limit) throws IOException {
        byte[] json = body(answer, limit);
        if (json.length > JsonFile.MAX_BYTES) {
            throw new ModelException("The Hub's list of the files of " + id + " has more than the " + JsonFile.MAX_BYTES
                    + " bytes that are read. Copy the checkpoint's own files to a folder and give that.");
        }
        Path file = Files.createTempFile("vitrine", ".json");
        try {
            Files.write(file, json);
            List<String> names = new ArrayList<>();
            JsonFile.read(file)
                    .path("siblings")
                    .forEach(sibling -> names.add(sibling.path("rfilename").asText()));
            return names;
        } catch (VitrineException e) {
            throw new IOException("the list of files from " + answer.getURL() + " is damaged", e);
        } finally {
            Files.delete(file);
        }
    }

    /**
     * The body, or its first {@link JsonFile#MAX_BYTES} and one more. Read on a thread of its own: a server that drips its bytes can
     * hold a single read, and with it the connection's close, for hours.
     */
    private static byte[] body(HttpURLConnection answer, Duration limit) throws IOException {
        FutureTask<byte[]> reading = new FutureTask<>(() -> read(answer, limit));
        Thread thread = new Thread(reading, "vitrine-hub-list");
        thread.setDaemon(true);
        thread.start();
        try {
            return reading.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw tooSlow(limit);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().toString(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while waiting for the Hub", e);
        }
    }

    private static SocketTimeoutException tooSlow(Duration limit) {
        return new SocketTimeoutException(
                "the list of files did not come to its end within " + limit.toMillis() + " ms");
    }

    /** Ends with the first bytes after {@code limit}, when nobody waits for it any more. */
    private static byte[] read(HttpURLConnection answer, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = answer.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                read.write(buffer, 0, count);
                if (System.nanoTime() - end > 0) {
                    throw tooSlow(limit);
                }
                if (read.size() > JsonFile.MAX_BYTES) {
                    answer.disconnect(); // rather than read the rest to use the connection again
                    break;
                }
            }
        }
        return read.toByteArray();
    }
}
