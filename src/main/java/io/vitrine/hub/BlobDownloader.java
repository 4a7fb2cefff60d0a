package io.vitrine.hub;

import io.vitrine.Sha256;
import io.vitrine.StorageException;
import io.vitrine.convert.OldTorchForm;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads files of the Hub to the cache's blobs. Continues where an earlier attempt stopped. A file becomes a blob only if it
 * has the announced size and, if the Hub gives one, the announced SHA-256.
 */
final class BlobDownloader {
    private static final Logger LOG = LoggerFactory.getLogger(BlobDownloader.class);
    private static final int ATTEMPTS = 5;
    private static final long LARGE = 10_000_000;

    private final HubClient client;
    private final HubRepositoryCache cache;
    private final HubPace pace;

    BlobDownloader(HubClient client, HubRepositoryCache cache, HubPace pace) {
        this.client = client;
        this.cache = cache;
        this.pace = pace;
    }

    /**
     * Downloads the blob of {@code file} unless the cache has it.
     *
     * @throws StorageException if it cannot be downloaded, takes too long, does not fit on the disk, or is not as announced
     * @throws FileSystemException if the cache cannot be written
     */
    @SuppressWarnings("try") // the lock is held, not used
    void download(HubCheckpointId id, String file, HubFileInfo info) throws IOException {
        Path blob = cache.blob(info.etag());
        if (isComplete(blob, info)) {
            return;
        }
        synchronized (BlobDownloader.class) { // a file lock excludes other processes, not other threads
            try (FileChannel channel = FileChannel.open(
                            cache.lock(info.etag()), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (isComplete(blob, info)) {
                    return; // another process was faster
                }
                if (info.size() > LARGE) {
                    LOG.info(
                            "Fetching {} of {}, {} MB",
                            file,
                            id,
                            String.format(Locale.ROOT, "%,d", info.size() / 1_000_000));
                }
                // Not Python's name for it: Python's locks and Java's do not see each other.
                Path partial = blob.resolveSibling(info.etag() + ".vitrine-incomplete");
                requireSpace(file, info, partial);
                transferWithRetries(id, file, info, partial);
                requireAsAnnounced(id, file, info, partial);
                Files.move(partial, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static boolean isComplete(Path blob, HubFileInfo info) throws IOException {
        return Files.exists(blob) && Files.size(blob) == info.size();
    }

    /** An announced size costs nothing; a full disk costs everything else on it. */
    private static void requireSpace(String file, HubFileInfo info, Path partial) throws IOException {
        long free = Files.getFileStore(partial.getParent()).getUsableSpace();
        if (info.size() - size(partial) > free) {
            throw new StorageException(
                    StorageException.Outlook.PERMANENT,
                    file + " takes " + info.size() + " bytes, but the disk of the Hub's cache " + partial.getParent()
                            + " has " + free + ". Free some space, or name another folder in HF_HOME.");
        }
    }

    /** Gives up after {@link #ATTEMPTS} in a row that brought nothing, and when all of them took too long. */
    private void transferWithRetries(HubCheckpointId id, String file, HubFileInfo info, Path partial)
            throws IOException {
        TransferClock clock = new TransferClock(pace, info.size());
        int attempt = 0;
        while (true) {
            long before = size(partial);
            attempt++;
            try {
                transfer(id, file, info, partial, clock);
                return;
            } catch (FileSystemException e) {
                throw e; // waiting does not repair a disk
            } catch (IOException e) {
                if (size(partial) > before) {
                    attempt = 1;
                }
                if (attempt == ATTEMPTS || clock.isOver()) {
                    throw new StorageException(
                            StorageException.Outlook.TRANSIENT,
                            "Cannot fetch " + file + " of " + id + " (" + e + "); " + size(partial) + " of "
                                    + info.size() + " bytes are kept in " + partial
                                    + ". Run again to go on from there.",
                            e);
                }
                LOG.warn("Fetching {} of {} broke off ({}); going on from byte {}", file, id, e, size(partial));
                HubClient.pause(pace.pauseMillis() << (attempt - 1));
            }
        }
    }

    private void transfer(HubCheckpointId id, String file, HubFileInfo info, Path partial, TransferClock clock)
            throws IOException {
        if (size(partial) > info.size()) {
            Files.delete(partial);
        }
        long from = size(partial);
        if (from == info.size() && from > 0) {
            return;
        }
        HttpURLConnection answer = client.get(id, file, from);
        boolean continues = answer.getResponseCode() == 206
                && String.valueOf(answer.getHeaderField("Content-Range")).startsWith("bytes " + from + "-");
        if (answer.getResponseCode() != 200 && !continues) {
            Files.deleteIfExists(partial);
            throw new IOException("the server does not go on from byte " + from);
        }
        try (InputStream in = answer.getInputStream();
                OutputStream out = Files.newOutputStream(
                        partial,
                        StandardOpenOption.CREATE,
                        continues ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            clock.begin();
            byte[] buffer = new byte[1 << 16];
            long left = info.size() - (continues ? from : 0);
            boolean begins = !continues;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (begins && (file.endsWith(".bin") || file.endsWith(".pth")) && OldTorchForm.matches(buffer, read)) {
                    throw OldTorchForm.refused("The Hub's " + id + ": its " + file);
                }
                begins = false;
                left -= read;
                if (left < 0) {
                    throw new IOException("more than the " + info.size() + " bytes that were announced");
                }
                write(out, buffer, read, partial);
                clock.received(read);
            }
            if (left > 0) {
                throw new IOException("the connection ended " + left + " bytes early");
            }
        }
    }

    private static void write(OutputStream out, byte[] buffer, int length, Path file) throws FileSystemException {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            FileSystemException fault = new FileSystemException(file.toString(), null, e.getMessage());
            fault.initCause(e);
            throw fault;
        }
    }

    private static void requireAsAnnounced(HubCheckpointId id, String file, HubFileInfo info, Path partial)
            throws IOException {
        if (!Files.exists(partial)) {
            Files.createFile(partial); // an empty file
        }
        if (size(partial) != info.size()) {
            throw new IOException(file + " has " + size(partial) + " bytes of " + info.size());
        }
        if (!info.hasSha256()) {
            return;
        }
        String actual = Sha256.hex(partial);
        if (!actual.equals(info.etag())) {
            Files.delete(partial);
            throw new StorageException(
                    StorageException.Outlook.TRANSIENT,
                    file + " of " + id + " came with SHA-256 " + actual + ", but the Hub says " + info.etag()
                            + ". It was removed; run again, and check HF_ENDPOINT if it happens twice.");
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
