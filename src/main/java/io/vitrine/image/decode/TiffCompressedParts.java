package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the parts of compressed samples, as libtiff does: with its view of the tags, and their lengths. */
final class TiffCompressedParts {
    private static final long ALL_ROWS = 0xffffffffL;

    private static final Set<Integer> SINGLE = Set.of(
            TiffTags.IMAGE_WIDTH,
            TiffTags.IMAGE_LENGTH,
            TiffTags.SAMPLES_PER_PIXEL,
            TiffTags.ROWS_PER_STRIP,
            TiffTags.PLANAR_CONFIGURATION,
            TiffTags.TILE_WIDTH,
            TiffTags.TILE_LENGTH);
    private static final List<Integer> PER_SAMPLE =
            List.of(TiffTags.BITS_PER_SAMPLE, TiffTags.COMPRESSION, TiffTags.SAMPLE_FORMAT);
    private static final List<Integer> STRUCTURE = Stream.of(
                    SINGLE,
                    PER_SAMPLE,
                    List.of(
                            TiffTags.EXTRA_SAMPLES,
                            TiffTags.STRIP_OFFSETS,
                            TiffTags.STRIP_BYTE_COUNTS,
                            TiffTags.TILE_OFFSETS,
                            TiffTags.TILE_BYTE_COUNTS))
            .flatMap(Collection::stream)
            .toList();

    private TiffCompressedParts() {}

    static TiffParts read(TiffTags tags, FileBytes file, int width, int height, TiffSamples samples)
            throws ImageRejectedException {
        requireReadableTags(tags);
        boolean same = tags.first(TiffTags.IMAGE_WIDTH, 0) == width
                && tags.first(TiffTags.IMAGE_LENGTH, 0) == height
                && tags.first(TiffTags.BITS_PER_SAMPLE, 1) == samples.bits()
                && (tags.first(TiffTags.SAMPLES_PER_PIXEL, 1) == samples.count()
                        || tags.first(TiffTags.PLANAR_CONFIGURATION, 1) == TiffParts.SEPARATE);
        if (!same) {
            throw TiffParts.corrupt("TIFF directory has a tag twice, or some that cannot be read");
        }
        boolean tiled = tags.has(TiffTags.TILE_WIDTH) || tags.has(TiffTags.TILE_LENGTH);
        long rows = tags.first(TiffTags.ROWS_PER_STRIP, ALL_ROWS);
        if (!tiled && rows > Integer.MAX_VALUE && rows != ALL_ROWS) {
            throw TiffParts.corrupt("TIFF has " + rows + " rows in a strip");
        }
        TiffParts parts = TiffParts.of(
                tags,
                tiled,
                tiled ? tags.first(TiffTags.TILE_WIDTH, 0) : width,
                tiled ? tags.first(TiffTags.TILE_LENGTH, 0) : rows,
                width,
                height,
                samples);
        boolean complete = !tags.directory().isTruncated();
        long count = Math.min(tags.count(offsetsTag(parts, tags)), parts.count());
        long dataBytes = count * tags.count(TiffTags.JPEG_TABLES); // go before each part
        for (long i = 0; i < count; i++) {
            long offset = tags.value(offsetsTag(parts, tags), i);
            long length = length(parts, tags, file, i, offset);
            dataBytes = Saturated.sum(dataBytes, length);
            complete &= Saturated.sum(offset, length) <= file.length();
        }
        return parts.with(dataBytes, complete ? Completeness.COMPLETE : Completeness.TRUNCATED);
    }

    /** libtiff does without other tags, but not without one of these that the directory has. */
    private static void requireReadableTags(TiffTags tags) throws ImageRejectedException {
        for (int tag : STRUCTURE) {
            if (tags.directory().isUnreadable(tag) || SINGLE.contains(tag) && tags.count(tag) > 1) {
                throw TiffParts.corrupt("TIFF tag " + tag + " is unreadable, or has several values");
            }
        }
        long samples = tags.first(TiffTags.SAMPLES_PER_PIXEL, 1);
        for (int tag : PER_SAMPLE) {
            if (tags.count(tag) > 1 && tags.count(tag) < samples) {
                throw TiffParts.corrupt(
                        "TIFF tag " + tag + " has " + tags.count(tag) + " values for " + samples + " samples");
            }
        }
        long planar = tags.first(TiffTags.PLANAR_CONFIGURATION, 1);
        if (planar != 1 && planar != TiffParts.SEPARATE) {
            throw TiffParts.corrupt("TIFF has planar configuration " + planar);
        }
    }

    /**
     * The data of a part of compressed samples.
     *
     * @throws ImageRejectedException if it is empty or reaches past the end
     */
    static FileBytes data(TiffParts parts, TiffTags tags, FileBytes file, int plane, int row, int column)
            throws ImageRejectedException {
        long part = ((long) plane * parts.down() + row) * parts.across() + column;
        long offset = part < tags.count(offsetsTag(parts, tags)) ? tags.value(offsetsTag(parts, tags), part) : 0;
        long length = length(parts, tags, file, part, offset);
        if (length <= 0 || offset < 0 || offset > file.length() - length) {
            throw TiffParts.corrupt("TIFF has a strip or tile of " + length + " bytes at " + offset + ", in a file of "
                    + file.length());
        }
        return file.part((int) offset, (int) (offset + length));
    }

    /** A single strip of unknown length reaches to the end. Planes without lengths share the space evenly. */
    private static long length(TiffParts parts, TiffTags tags, FileBytes file, long part, long offset)
            throws ImageRejectedException {
        int tag = tags.has(TiffTags.STRIP_BYTE_COUNTS) || !tags.has(TiffTags.TILE_BYTE_COUNTS)
                ? TiffTags.STRIP_BYTE_COUNTS
                : TiffTags.TILE_BYTE_COUNTS;
        long length = part < tags.count(tag) ? tags.value(tag, part) : 0;
        boolean estimated = length == 0
                && offset > 0
                && (parts.count() == 1 && !parts.tiled() || parts.count() == parts.planes() && !tags.has(tag));
        if (estimated && tags.directory().hasUnknownType()) {
            throw TiffParts.corrupt("TIFF directory lacks the length of its strip");
        }
        if (!estimated) {
            return length;
        }
        long space = (file.length() - tags.directory().bytes()) / parts.planes();
        return part < parts.count() - 1 ? space : Math.max(0, Math.min(space, file.length() - offset));
    }

    /** libtiff takes either tag. */
    private static int offsetsTag(TiffParts parts, TiffTags tags) {
        int tag = parts.offsetsTag();
        return tags.has(tag) ? tag : TiffTags.STRIP_OFFSETS + TiffTags.TILE_OFFSETS - tag;
    }
}
