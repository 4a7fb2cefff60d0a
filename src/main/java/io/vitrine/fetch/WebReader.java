package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.LocationSecrets;
import io.vitrine.RejectionReason;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.net.WebAddress;
import io.vitrine.web.WebAnswer;
import io.vitrine.web.WebClient;
import io.vitrine.web.WebRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Fetches images from web addresses. A host that is down costs its own images; only if no host at all answers, as {@link WebHealth}
 * says, the network is gone, which is a {@link StorageException}. Safe between threads.
 */
final class WebReader implements SourceReader {
    /** How often a file is asked for whose server fails. */
    static final int ATTEMPTS = 4;

    private static final int FIRST_BYTES = 64 << 10; // of a body of unknown length
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private final WebClient client;
    private final long maxBytes;
    private final ReadLimits limits;

    /** @param maxBytes limit on an image's length */
    WebReader(WebClient client, long maxBytes, ReadLimits limits) {
        this.client = client;
        this.maxBytes = Math.min(maxBytes, MAX_ARRAY);
        this.limits = limits;
    }

    @Override
    public ReadLimits limits() {
        return limits;
    }

    /** Unchanged: another request would take as long as the file. */
    @Override
    public ImageRef stat(ImageRef ref, ObjectRead read) {
        return ref;
    }

    @Override
    public Content read(ImageRef ref, ByteArrayPool pool, ObjectRead read) throws ImageRejectedException {
        WebAddress address = address(ref.path());
        StoreHealth health = StoreHealth.of(ref.path());
        boolean answered = false;
        for (int attempt = 1; ; attempt++) {
            try (WebAnswer answer = client.get(address, read)) {
                answered = true;
                health.answered();
                if (answer.isFile()) {
                    return content(ref, answer, pool, read);
                }
                if (attempt == ATTEMPTS || !answer.isTransient()) {
                    throw refused(answer, attempt);
                }
                answer.drain();
            } catch (WebRefusedException e) {
                throw new ImageRejectedException(RejectionReason.UNREADABLE, e.getMessage());
            } catch (IOException e) {
                if (attempt == ATTEMPTS || isLasting(e) || read.isAbandoned()) {
                    if (!answered && isOfNetwork(e) && !read.isAbandoned() && health.failed(ref.path())) {
                        throw StorageErrors.of(StoreHealth.GONE, ref.path(), e);
                    }
                    throw failed(e, read, attempt);
                }
            } catch (OutOfMemoryError e) { // Spark would end the executor
                throw new ImageRejectedException(
                        RejectionReason.OUT_OF_MEMORY, "it needs more memory than this executor has left");
            }
            pause(attempt, read);
        }
    }

    private static WebAddress address(String path) throws ImageRejectedException {
        if (LocationSecrets.isMasked(path)) {
            throw new ImageRejectedException(
                    RejectionReason.UNREADABLE,
                    "its location in the list holds credentials, which are not used. List it without them");
        }
        try {
            return WebAddress.parse(path);
        } catch (IllegalArgumentException e) {
            throw new ImageRejectedException(RejectionReason.MISSING, "not a web address: " + e.getMessage());
        }
    }

    /** Whether a host may have failed because no network is there. A name without an address is a matter of the list. */
    private static boolean isOfNetwork(IOException e) {
        return !(e instanceof UnknownHostException);
    }

    /** The name was looked up, or the task was stopped. */
    private static boolean isLasting(IOException e) {
        return e instanceof UnknownHostException || Thread.currentThread().isInterrupted();
    }

    private void pause(int attempt, ObjectRead read) throws ImageRejectedException {
        try {
            client.pause(attempt);
        } catch (InterruptedIOException e) {
            throw failed(e, read, attempt);
        }
    }

    private static ImageRejectedException refused(WebAnswer answer, int attempts) {
        String status = "HTTP " + answer.status() + (attempts == 1 ? "" : ", " + attempts + " times");
        return answer.isMissing()
                ? new ImageRejectedException(RejectionReason.MISSING, "the server has no such file: " + status)
                : new ImageRejectedException(RejectionReason.UNREADABLE, "the server does not deliver it: " + status);
    }

    private static ImageRejectedException failed(IOException e, ObjectRead read, int attempts) {
        return new ImageRejectedException(
                RejectionReason.UNREADABLE,
                String.format(
                        Locale.ROOT,
                        "no file after %.1f s and %d attempts: %s",
                        read.age().toMillis() / 1000.0,
                        attempts,
                        e instanceof UnknownHostException
                                ? "the host has no address: " + e.getMessage()
                                : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }

    private Content content(ImageRef ref, WebAnswer answer, ByteArrayPool pool, ObjectRead read)
            throws IOException, ImageRejectedException {
        requireAllowed(answer.length().orElse(0));
        requireRoom(answer.length().orElse(0), pool, read);
        FileBytes bytes = bytes(answer, pool, read);
        ImageRef known = new ImageRef(
                ref.path(),
                bytes.length(),
                answer.modified().orElse(-1),
                answer.etag().orElse(null),
                ref.source());
        return new Content(known, bytes);
    }

    private void requireAllowed(long length) throws ImageRejectedException {
        if (length > maxBytes) {
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE,
                    "more than " + maxBytes + " bytes, which is the limit (--max-image-bytes)");
        }
    }

    private static void requireRoom(long length, ByteArrayPool pool, ObjectRead read) {
        if (pool.capacity(length) > read.room()) {
            throw new NoRoomException();
        }
    }

    /** The whole body. The array grows with it if its length is not announced. */
    private FileBytes bytes(WebAnswer answer, ByteArrayPool pool, ObjectRead read)
            throws IOException, ImageRejectedException {
        byte[] array = pool.acquire((int) answer.length().orElse(FIRST_BYTES));
        boolean complete = false;
        try (InputStream body = answer.body()) {
            int filled = 0;
            while (true) {
                if (filled == array.length) {
                    int next = body.read();
                    if (next < 0) {
                        break;
                    }
                    requireAllowed(filled + 1L);
                    array = grown(array, pool, read);
                    array[filled++] = (byte) next;
                }
                int count = body.read(array, filled, Math.min(array.length - filled, CHUNK_BYTES));
                if (count < 0) {
                    break;
                }
                filled += count;
                requireAllowed(filled);
                read.progress(filled);
                if (read.isAbandoned()) {
                    throw new InterruptedIOException("given up");
                }
            }
            complete = true;
            return new FileBytes(array, 0, filled);
        } finally {
            if (!complete) {
                pool.release(array);
            }
        }
    }

    private byte[] grown(byte[] array, ByteArrayPool pool, ObjectRead read) {
        long wanted = Math.min(2L * array.length, Math.max(maxBytes, array.length + 1L));
        requireRoom(wanted, pool, read);
        byte[] larger = pool.acquire((int) wanted);
        System.arraycopy(array, 0, larger, 0, array.length);
        pool.release(array);
        return larger;
    }
}
