package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import java.util.ArrayList;
import java.util.List;

/** Cells of a table, which are in memory already. Text is decoded. */
final class CellRead implements SharedRead {
    private final List<ImageRef> refs = new ArrayList<>();
    private final long limit;
    private final long maxImageBytes;
    private long bytes;

    /** @param limit on the bytes of all cells, unless the first one alone is larger */
    CellRead(ImageRef first, long limit, long maxImageBytes) {
        this.limit = limit;
        this.maxImageBytes = maxImageBytes;
        append(first);
    }

    private static ImageSource.TableCell cell(ImageRef ref) {
        return (ImageSource.TableCell) ref.source();
    }

    private void append(ImageRef ref) {
        refs.add(ref);
        bytes += cell(ref).bytes().length;
    }

    @Override
    public boolean add(ImageRef next) {
        if (!(next.source() instanceof ImageSource.TableCell cell) || bytes + cell.bytes().length > limit) {
            return false;
        }
        append(next);
        return true;
    }

    @Override
    public List<ImageRef> refs() {
        return refs;
    }

    @Override
    public ImageRef object() {
        return refs.get(0);
    }

    @Override
    public long bytes(ByteArrayPool pool) {
        return bytes;
    }

    @Override
    public Result read(ByteArrayPool pool, ObjectRead read) {
        List<SourceReader.Outcome> outcomes = new ArrayList<>();
        for (ImageRef ref : refs) {
            outcomes.add(outcome(ref));
        }
        return new Result(outcomes, List.of());
    }

    private SourceReader.Outcome outcome(ImageRef ref) {
        try {
            byte[] file = cell(ref).encoding() == ImageSource.TableCell.Encoding.TEXT
                    ? TextImage.decode(cell(ref).bytes(), maxImageBytes)
                    : cell(ref).bytes();
            requireAtMost(file.length, maxImageBytes);
            ImageRef known = new ImageRef(ref.path(), file.length, ref.modified(), ref.etag(), ref.source());
            return new SourceReader.Content(known, FileBytes.of(file));
        } catch (ImageRejectedException e) {
            return new SourceReader.Refusal(ref, e);
        } catch (OutOfMemoryError e) { // Spark would end the executor
            return new SourceReader.Refusal(
                    ref,
                    new ImageRejectedException(
                            RejectionReason.OUT_OF_MEMORY,
                            "decoding " + cell(ref).bytes().length
                                    + " bytes of text needs more memory than this executor has left"));
        }
    }

    /** @throws ImageRejectedException if an image of {@code length} bytes is too large */
    static void requireAtMost(long length, long maxImageBytes) throws ImageRejectedException {
        if (length > maxImageBytes) {
            throw ImageRejectedException.tooManyBytes(length + " bytes", maxImageBytes);
        }
    }
}
