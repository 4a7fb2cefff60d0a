package io.vitrine.hub;

import io.vitrine.ModelException;
import io.vitrine.Sha256;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one file of the Hub into the cache's blobs: continues where an earlier attempt stopped, and lets nothing become a
 * blob whose size, or SHA-256 where the Hub gives it, is not what the Hub said.
 */
final class BlobDownloader {
    private static final Logger LOG = LoggerFactory.getLogger(BlobDownloader.class);
    private static final int ATTEMPTS = 5;
    private static final long LARGE = 10_000_000;

    private final HubClient client;
    private final HubRepositoryCache cache;
    private final long pauseMillis;

    /**
     * @param pauseMillis before the second attempt; doubled before each later one
     */
    BlobDownloader(HubClient client, HubRepositoryCache cache, long pauseMillis) {
        this.client = client;
        this.cache = cache;
        this.pauseMillis = pauseMillis;
    }

    /**
     * Makes sure that the blob is there.
     *
     * @throws VitrineException if it cannot be had, or is not what the Hub said
     */
    void fetch(HubCheckpointId name, String file, HubFileInfo remote) throws IOException {
        Path blob = cache.blob(remote.etag());
        if (isWhole(blob, remote)) {
            return;
        }
        synchronized (BlobDownloader.class) { // a file lock holds between processes only
            try (FileChannel channel = FileChannel.open(
                            cache.lock(remote.etag()), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (isWhole(blob, remote)) {
                    return; // another process fetched it meanwhile
                }
                if (remote.size() > LARGE) {
                    LOG.info(
                            "Fetching {} of {}, {} MB",
                            file,
                            name,
                            String.format(Locale.ROOT, "%,d", remote.size() / 1_000_000));
                }
                // Under a name of our own: Python's locks and Java's do not see each other.
                Path partial = blob.resolveSibling(remote.etag() + ".vitrine-incomplete");
                attempts(name, file, remote, partial);
                check(name, file, remote, partial);
                Files.move(partial, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static boolean isWhole(Path blob, HubFileInfo remote) throws IOException {
        return Files.exists(blob) && Files.size(blob) == remote.size();
    }

    /** Gives up after some attempts of which none brought anything. */
    private void attempts(HubCheckpointId name, String file, HubFileInfo remote, Path partial) throws IOException {
        int attempt = 0;
        while (true) {
            long before = size(partial);
            attempt++;
            try {
                transfer(name, file, remote, partial);
                return;
            } catch (IOException e) {
                if (size(partial) > before) {
                    attempt = 1;
                }
                if (attempt == ATTEMPTS) {
                    throw new StorageException(
                            StorageException.Outlook.TRANSIENT,
                            "Cannot fetch " + file + " of " + name + " (" + e + "); " + size(partial) + " of "
                                    + remote.size() + " bytes are kept in " + partial
                                    + ". Run again to go on from there.",
                            e);
                }
                LOG.warn("Fetching {} of {} broke off ({}); going on from byte {}", file, name, e, size(partial));
                HubClient.pause(pauseMillis << attempt - 1);
            }
        }
    }

    private void transfer(HubCheckpointId name, String file, HubFileInfo remote, Path partial) throws IOException {
        if (size(partial) > remote.size()) {
            Files.delete(partial);
        }
        long from = size(partial);
        if (from == remote.size() && from > 0) {
            return;
        }
        HttpURLConnection answer = client.get(name, file, from);
        boolean goesOn = answer.getResponseCode() == 206
                && String.valueOf(answer.getHeaderField("Content-Range")).startsWith("bytes " + from + "-");
        if (answer.getResponseCode() != 200 && !goesOn) {
            Files.deleteIfExists(partial);
            throw new IOException("the server does not go on from byte " + from);
        }
        try (InputStream in = answer.getInputStream();
                OutputStream out = Files.newOutputStream(
                        partial,
                        StandardOpenOption.CREATE,
                        goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[1 << 16];
            long left = remote.size() - (goesOn ? from : 0);
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                left -= read;
                if (left < 0) {
                    throw new IOException("more than the " + remote.size() + " bytes that were announced");
                }
                out.write(buffer, 0, read);
            }
            if (left > 0) {
                throw new IOException("the connection ended " + left + " bytes early");
            }
        }
    }

    private static void check(HubCheckpointId name, String file, HubFileInfo remote, Path partial) throws IOException {
        if (!Files.exists(partial)) {
            Files.createFile(partial); // an empty file
        }
        if (size(partial) != remote.size()) {
            throw new IOException(file + " has " + size(partial) + " bytes of " + remote.size());
        }
        if (!remote.hasSha256()) {
            return;
        }
        String actual = Sha256.hex(partial);
        if (!actual.equals(remote.etag())) {
            Files.delete(partial);
            throw new ModelException(file + " of " + name + " came with SHA-256 " + actual + ", but the Hub says "
                    + remote.etag() + ". It was removed; run again, and check HF_ENDPOINT if it happens twice.");
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
