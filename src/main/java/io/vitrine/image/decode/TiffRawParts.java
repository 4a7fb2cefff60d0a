package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import java.util.Arrays;

/** Finds the parts of uncompressed samples, as Pillow does: without their lengths. */
final class TiffRawParts {
    private static final long NO_PART = -1;

    private TiffRawParts() {}

    static TiffParts read(TiffTags tags, FileBytes file, int width, int height, TiffSamples samples)
            throws ImageRejectedException {
        boolean tiled = !tags.has(TiffTags.STRIP_OFFSETS);
        if (tiled && !tags.has(TiffTags.TILE_OFFSETS)) {
            throw new ImageRejectedException(
                    tags.directory().isTruncated() ? RejectionReason.TRUNCATED : RejectionReason.CORRUPT,
                    "TIFF directory lacks the place of its strips or tiles");
        }
        if (tiled && !(tags.has(TiffTags.TILE_WIDTH) && tags.has(TiffTags.TILE_LENGTH))) {
            throw TiffParts.corrupt("TIFF directory lacks the size of its tiles");
        }
        long partWidth = tiled ? tags.integer(TiffTags.TILE_WIDTH, 0) : width;
        long partHeight = tiled ? tags.integer(TiffTags.TILE_LENGTH, 0) : tags.integer(TiffTags.ROWS_PER_STRIP, height);
        if (tags.count(TiffParts.offsetsTag(tiled)) == 1 && samples.isMapped()) {
            // Pillow maps the file: from the only offset on, it holds the whole image
            TiffParts whole = checked(
                    TiffParts.of(tags, tiled, Math.max(width, partWidth), height, width, height, samples),
                    tags,
                    file,
                    new Size(height, width),
                    samples);
            if (whole.planes() == 1
                    && (whole.completeness() == Completeness.COMPLETE || partHeight < 1 || partWidth <= width)) {
                return whole;
            }
        }
        return checked(
                TiffParts.of(tags, tiled, partWidth, partHeight, width, height, samples),
                tags,
                file,
                new Size(height, width),
                samples);
    }

    /** Finds out whether the parts of uncompressed samples are complete. */
    private static TiffParts checked(TiffParts parts, TiffTags tags, FileBytes file, Size size, TiffSamples samples)
            throws ImageRejectedException {
        long[] offsets = offsets(parts, tags);
        boolean complete = true;
        for (int i = 0; i < offsets.length; i++) {
            complete &= offsets[i] == NO_PART || end(parts, offsets[i], i, size, samples) <= file.length();
        }
        return parts.with(0, complete ? Completeness.COMPLETE : Completeness.TRUNCATED);
    }

    /**
     * The offset of each part of uncompressed samples, by plane, row and column; -1 without one. Of several for one part, Pillow
     * reads the last in the file.
     */
    static long[] offsets(TiffParts parts, TiffTags tags) throws ImageRejectedException {
        int planes = parts.planes();
        tags.requireIntegers(parts.offsetsTag());
        long given = tags.count(parts.offsetsTag());
        long perPlane = (long) parts.across() * parts.down();
        boolean one = perPlane == 1 && planes == 1;
        if (planes > 1 && given > perPlane * planes) {
            throw TiffParts.corrupt("TIFF has " + given + " strips or tiles, but " + planes + " planes of " + perPlane);
        }
        long[] offsets = new long[(int) Math.min(given, perPlane * planes)];
        Arrays.fill(offsets, NO_PART);
        for (long i = one ? given - 1 : 0; i < given; i++) {
            int part = (int) (planes > 1 ? i : i % perPlane);
            long offset = tags.value(parts.offsetsTag(), i);
            if (offset < 0) {
                throw TiffParts.corrupt("TIFF has a strip or tile at " + Long.toUnsignedString(offset));
            }
            offsets[part] = Math.max(offsets[part], offset);
        }
        return offsets;
    }

    private static long end(TiffParts parts, long offset, int part, Size size, TiffSamples samples)
            throws ImageRejectedException {
        int row = part / parts.across() % parts.down();
        int columns = parts.columns(part % parts.across(), size.width());
        long needed = ((long) columns * samples.bits() * (parts.planes() > 1 ? 1 : samples.count()) + 7) / 8;
        return Saturated.sum(
                offset,
                Saturated.product(stride(parts, columns, samples), parts.rows(row, size.height()) - 1L) + needed);
    }

    /** Bytes from one row of uncompressed samples to the next. */
    static long stride(TiffParts parts, int columns, TiffSamples samples) throws ImageRejectedException {
        long bits = (long) samples.bits() * (parts.planes() > 1 ? 1 : samples.count());
        long needed = (columns * bits + 7) / 8;
        long stride = columns < parts.width() ? parts.width() * bits / 8 : needed;
        if (stride < needed) {
            throw TiffParts.corrupt("TIFF has tiles whose rows are no whole bytes");
        }
        return stride;
    }
}
