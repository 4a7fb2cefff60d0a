package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.RunInterruptedException;
import io.vitrine.archive.UnpackedStream;
import io.vitrine.catalog.ImageRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A compressed tar that a task unpacks once, from its beginning, for reads that take turns. Bytes that no member needs are skipped. A
 * read of bytes that have gone by begins again.
 */
final class UnpackedArchive implements AutoCloseable {
    private static final int SKIP_BYTES = 64 << 10;
    private static final long LOOK_MILLIS = 1_000;

    private final ImageRef archive;
    private final ObjectReader objects;
    private final AtomicLong tickets = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turned = lock.newCondition();
    private final byte[] skipped = new byte[SKIP_BYTES];
    private Optional<UnpackedStream> stream = Optional.empty(); // these two are used under the lock
    private long turn;
    private volatile boolean retired;

    UnpackedArchive(ImageRef archive, ObjectReader objects) {
        this.archive = archive;
        this.objects = objects;
    }

    ImageRef archive() {
        return archive;
    }

    /** The next turn. Turns come in the order of their tickets. */
    long ticket() {
        return tickets.getAndIncrement();
    }

    /**
     * Fills {@code target} with the {@code length} bytes from {@code offset} on, when {@code ticket} has its turn.
     *
     * @return how many bytes, and why not all
     * @throws IOException if the storage fails
     * @throws ImageRejectedException if the archive can't be opened
     */
    Filled read(long ticket, long offset, byte[] target, int length, ObjectRead read)
            throws IOException, ImageRejectedException {
        lock.lock();
        try {
            await(ticket, read);
            return fill(open(offset), offset, target, length, read);
        } catch (IOException | ImageRejectedException e) {
            end();
            throw e;
        } finally {
            endTurn(ticket);
        }
    }

    /** Gives a turn up. */
    void pass(long ticket) {
        lock.lock();
        endTurn(ticket);
    }

    private void endTurn(long ticket) {
        turn = Math.max(turn, ticket + 1);
        turned.signalAll();
        lock.unlock();
        closeIfDone();
    }

    /**
     * The bytes that were read.
     *
     * @param damage what prevented the others
     */
    record Filled(int bytes, Optional<ImageRejectedException> damage) {}

    private void await(long ticket, ObjectRead read) throws IOException {
        try {
            while (turn < ticket) {
                if (read.isAbandoned()) {
                    throw new InterruptedIOException("given up");
                }
                turned.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                read.restartStretch();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while waiting for " + archive.path(), e);
        }
    }

    private UnpackedStream open(long offset) throws IOException, ImageRejectedException {
        if (stream.isPresent() && stream.get().position() > offset) {
            end();
        }
        if (stream.isEmpty()) {
            stream = Optional.of(new UnpackedStream(objects.open(archive)));
        }
        return stream.get();
    }

    private Filled fill(UnpackedStream in, long offset, byte[] target, int length, ObjectRead read) throws IOException {
        long total = 0;
        int filled = 0;
        try {
            while (in.position() < offset) {
                total += in.read(skipped, 0, (int) Math.min(skipped.length, offset - in.position()));
                report(total, read);
            }
            while (filled < length) {
                int count = in.read(target, filled, length - filled);
                filled += count;
                total += count;
                report(total, read);
            }
            return new Filled(filled, Optional.empty());
        } catch (ImageRejectedException e) {
            end();
            return new Filled(filled, Optional.of(e));
        }
    }

    private static void report(long total, ObjectRead read) throws IOException {
        read.progress(total);
        if (read.isAbandoned()) {
            throw new InterruptedIOException("given up");
        }
    }

    private void end() {
        stream.ifPresent(open -> {
            try {
                open.close();
            } catch (IOException e) {
                // nothing is lost: it was only read
            }
        });
        stream = Optional.empty();
    }

    /** Closes the file after the last turn that was given. */
    void retire() {
        retired = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (retired && lock.tryLock()) {
            try {
                if (turn == tickets.get()) {
                    end();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Closes the file. A read under way, which nobody waits for, closes it itself. */
    @Override
    public void close() {
        if (lock.tryLock()) {
            try {
                end();
            } finally {
                lock.unlock();
            }
        }
    }
}
