package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.archive.Extent;
import io.vitrine.archive.ZipMember;
import io.vitrine.catalog.ImageRef;
import java.util.ArrayList;
import java.util.List;

/** A range of an archive, in one request. */
final class RangeRead extends SegmentRead {
    private final ObjectReader objects;

    RangeRead(Segment segment, ObjectReader objects) {
        super(segment);
        this.objects = objects;
    }

    @Override
    public long bytes(ByteArrayPool pool) {
        return pool.capacity(segment().length())
                + (segment().isZip() ? pool.capacity(segment().lengths()) : 0);
    }

    @Override
    public Result read(ByteArrayPool pool, ObjectRead read) {
        try {
            FileBytes range = objects.read(
                    segment().object(), segment().offset(), segment().length(), pool, read);
            return segment().isZip() ? unpacked(range, pool) : sliced(range);
        } catch (ImageRejectedException e) {
            return Result.refused(refs(), e);
        }
    }

    private Result sliced(FileBytes range) {
        List<SourceReader.Outcome> outcomes = new ArrayList<>();
        for (ImageRef ref : refs()) {
            int from = from(ref);
            outcomes.add(new SourceReader.Content(ref, range.part(from, from + (int) ref.length())));
        }
        return new Result(outcomes, List.of(range.array()));
    }

    private Result unpacked(FileBytes range, ByteArrayPool pool) {
        try {
            byte[] target = pool.acquire(Math.toIntExact(segment().lengths()));
            return new Result(unpacked(range, target), List.of(target));
        } catch (OutOfMemoryError e) { // Spark would end the executor
            return outOfMemory(segment().lengths());
        } finally {
            pool.release(range.array());
        }
    }

    private List<SourceReader.Outcome> unpacked(FileBytes range, byte[] target) {
        List<SourceReader.Outcome> outcomes = new ArrayList<>();
        int at = 0;
        for (ImageRef ref : refs()) {
            Extent extent = Segment.extent(ref);
            int from = from(ref);
            int length = (int) ref.length();
            try {
                ZipMember.unpack(range.part(from, from + (int) extent.span()), extent, target, at, length);
                outcomes.add(new SourceReader.Content(ref, new FileBytes(target, at, length)));
            } catch (ImageRejectedException e) {
                outcomes.add(new SourceReader.Refusal(ref, e));
            }
            at += length;
        }
        return outcomes;
    }
}
