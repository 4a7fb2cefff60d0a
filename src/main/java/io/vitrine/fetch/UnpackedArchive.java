package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.RunInterruptedException;
import io.vitrine.archive.UnpackedStream;
import io.vitrine.catalog.ImageRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A compressed tar that a task unpacks once, from its beginning, for reads that take turns. Bytes that no member needs are skipped. A
 * read of bytes that have gone by begins again, and so does the read after one that was given up: that keeps its stream until the
 * storage returns.
 */
final class UnpackedArchive implements AutoCloseable {
    private static final int SKIP_BYTES = 64 << 10;
    private static final long LOOK_MILLIS = 1_000;

    private final ImageRef archive;
    private final ObjectReader objects;
    private final AtomicLong tickets = new AtomicLong();
    private Optional<UnpackedStream> idle = Optional.empty(); // between two turns
    private Optional<Turn> reading = Optional.empty(); // the one that has the stream
    private long turn;
    private boolean retired;
    private boolean closed;

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
        Turn mine = new Turn(ticket, read);
        Optional<UnpackedStream> stream = begin(mine);
        boolean sound = false;
        try {
            stream = Optional.of(forward(stream, offset));
            Filled filled = fill(stream.get(), offset, target, length, read);
            sound = filled.damage().isEmpty();
            return filled;
        } finally {
            end(mine, stream, sound);
        }
    }

    private record Turn(long ticket, ObjectRead read) {}

    /** Gives a turn up. */
    synchronized void pass(long ticket) {
        advance(ticket);
        closeIfDone();
    }

    private void advance(long ticket) {
        turn = Math.max(turn, ticket + 1);
        notifyAll();
    }

    /**
     * The bytes that were read.
     *
     * @param damage what prevented the others
     */
    record Filled(int bytes, Optional<ImageRejectedException> damage) {}

    /** Waits for a turn, which takes the stream. {@link #end} ends it. */
    private synchronized Optional<UnpackedStream> begin(Turn mine) throws IOException {
        mine.read.waits();
        try {
            while (turn < mine.ticket || reading.isPresent()) {
                if (mine.read.isAbandoned()) {
                    pass(mine.ticket);
                    throw new InterruptedIOException("given up");
                }
                wait(LOOK_MILLIS);
                endIfAbandoned();
            }
        } catch (InterruptedException e) {
            pass(mine.ticket);
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while waiting for " + archive.path(), e);
        } finally {
            mine.read.proceeds();
        }
        reading = Optional.of(mine);
        Optional<UnpackedStream> stream = idle;
        idle = Optional.empty();
        return stream;
    }

    /** A read that was given up may hang in the storage. The next one does not wait for it. */
    private void endIfAbandoned() {
        if (reading.isPresent() && reading.get().read.isAbandoned()) {
            advance(reading.get().ticket);
            reading = Optional.empty();
        }
    }

    /** A stream at {@code offset} or before it. */
    private UnpackedStream forward(Optional<UnpackedStream> stream, long offset)
            throws IOException, ImageRejectedException {
        if (stream.isPresent() && stream.get().position() <= offset) {
            return stream.get();
        }
        stream.ifPresent(UnpackedArchive::close);
        return new UnpackedStream(objects.open(archive));
    }

    private Filled fill(UnpackedStream in, long offset, byte[] target, int length, ObjectRead read) throws IOException {
        byte[] skipped = new byte[(int) Math.min(SKIP_BYTES, offset - in.position())];
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
            return new Filled(filled, Optional.of(e));
        }
    }

    private static void report(long total, ObjectRead read) throws IOException {
        read.progress(total);
        if (read.isAbandoned()) {
            throw new InterruptedIOException("given up");
        }
    }

    private void end(Turn mine, Optional<UnpackedStream> stream, boolean sound) {
        if (!giveBack(mine, stream, sound)) {
            stream.ifPresent(UnpackedArchive::close);
        }
    }

    /** Ends a turn. Returns whether the stream is kept for the next one. */
    private synchronized boolean giveBack(Turn mine, Optional<UnpackedStream> stream, boolean sound) {
        if (!reading.equals(Optional.of(mine))) {
            return false; // given up, and the next one has begun
        }
        reading = Optional.empty();
        advance(mine.ticket);
        if (!sound || closed) {
            return false;
        }
        idle = stream;
        closeIfDone();
        return true;
    }

    private static void close(UnpackedStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // nothing is lost: it was only read
        }
    }

    /** Closes the file after the last turn that was given. */
    synchronized void retire() {
        retired = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (retired && reading.isEmpty() && turn == tickets.get()) {
            closeIdle();
        }
    }

    private void closeIdle() {
        idle.ifPresent(UnpackedArchive::close);
        idle = Optional.empty();
    }

    /** Closes the file. A read under way, which nobody waits for, closes it itself. */
    @Override
    public synchronized void close() {
        closed = true;
        closeIdle();
    }
}
