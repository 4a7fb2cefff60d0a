package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Members of a compressed tar, when it is their turn. */
final class UnpackedRead extends SegmentRead {
    private final UnpackedArchive archive;
    private final long ticket;

    UnpackedRead(Segment segment, UnpackedArchive archive) {
        super(segment);
        this.archive = archive;
        this.ticket = archive.ticket();
    }

    @Override
    public long bytes(ByteArrayPool pool) {
        return pool.capacity(segment().length());
    }

    @Override
    public Result read(ByteArrayPool pool, ObjectRead read) {
        byte[] array;
        try {
            array = pool.acquire(segment().length());
        } catch (OutOfMemoryError e) { // Spark would end the executor
            archive.pass(ticket);
            return outOfMemory(segment().length());
        }
        boolean complete = false;
        try {
            UnpackedArchive.Filled filled =
                    archive.read(ticket, segment().offset(), array, segment().length(), read);
            StoreHealth.of(object().path()).answered();
            complete = true;
            return new Result(outcomes(array, filled), List.of(array));
        } catch (ImageRejectedException e) {
            return Result.refused(refs(), e);
        } catch (IOException e) {
            return Result.refused(refs(), ObjectReader.rejected(object(), read, e));
        } finally {
            if (!complete) {
                pool.release(array);
            }
        }
    }

    /** A damaged archive costs the members behind the damage. */
    private List<SourceReader.Outcome> outcomes(byte[] array, UnpackedArchive.Filled filled) {
        List<SourceReader.Outcome> outcomes = new ArrayList<>();
        for (ImageRef ref : refs()) {
            int from = from(ref);
            int length = (int) ref.length();
            outcomes.add(
                    from + length <= filled.bytes()
                            ? new SourceReader.Content(ref, new FileBytes(array, from, length))
                            : new SourceReader.Refusal(ref, filled.damage().orElseThrow()));
        }
        return outcomes;
    }
}
