package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;
import java.util.Arrays;

/** What packets say of a code block: its passes, in segments of their own, and where their bytes are. */
final class CodeBlock {
    /** More than a block of 31 bit planes can have, so that no arithmetic decoder starts anew before. */
    private static final int ONE_SEGMENT = 109;

    private static final int FIRST_BYPASS_SEGMENT = 10;
    private static final int PASSES_SHIFT = 40;
    private static final int[] NO_BOUNDS = {};

    /** Bit planes that have coefficients; may be negative if the data say nonsense. */
    final int bitPlanes;

    /** Bits of the next length, but for those that depend on the number of passes. */
    int lengthBits = 3;

    /** Bytes that the packet at hand has for the block. */
    long packetBytes;

    private final int style;
    private int segments;
    /** Of each segment: bytes, and passes above {@link #PASSES_SHIFT}. */
    private long[] contents = new long[1];

    private int maxPasses;
    private int firstFrom;
    private int firstTo;
    /** Bounds of all chunks but the first, which often is the only one. */
    private int[] furtherBounds = NO_BOUNDS;

    private int chunks;

    /** @param style flags of {@link CodingStyle} */
    CodeBlock(int bitPlanes, int style) {
        this.bitPlanes = bitPlanes;
        this.style = style;
    }

    /**
     * How many of the next passes are in the same segment. Starts a segment if the last one is full.
     *
     * @param passes how many there are
     */
    int roomForPasses(int passes, BlockBudget budget) throws ImageRejectedException {
        if (segments == 0 || passes(segments - 1) == maxPasses) {
            maxPasses = nextMaxPasses();
            segments++;
            if (segments > contents.length) {
                int further = (style & (CodingStyle.TERMINATE_ALL | CodingStyle.BYPASS)) != 0 ? passes : 1;
                int room = Math.max(segments - 1 + further, segments + segments / 2);
                budget.take((long) Long.BYTES * room);
                contents = Arrays.copyOf(contents, room);
            }
        }
        return maxPasses - passes(segments - 1);
    }

    private int nextMaxPasses() {
        if ((style & CodingStyle.TERMINATE_ALL) != 0) {
            return 1;
        } else if ((style & CodingStyle.BYPASS) == 0) {
            return ONE_SEGMENT;
        } else if (segments == 0) {
            return FIRST_BYPASS_SEGMENT;
        }
        return maxPasses == 1 || maxPasses == FIRST_BYPASS_SEGMENT ? 2 : 1;
    }

    /** Adds to the last segment. */
    void addPasses(int count, long bytes) {
        contents[segments - 1] += ((long) count << PASSES_SHIFT) + bytes;
    }

    /** Adds the bytes of a packet. */
    void addChunk(int from, int to, BlockBudget budget) throws ImageRejectedException {
        if (from == to) {
            return;
        } else if (chunks == 0) {
            firstFrom = from;
            firstTo = to;
        } else {
            int at = 2 * (chunks - 1);
            if (at == furtherBounds.length) {
                int room = at + Math.max(2, at / 4 * 2);
                budget.take((long) Integer.BYTES * room);
                furtherBounds = Arrays.copyOf(furtherBounds, room);
            }
            furtherBounds[at] = from;
            furtherBounds[at + 1] = to;
        }
        chunks++;
    }

    int segments() {
        return segments;
    }

    int passes(int segment) {
        return (int) (contents[segment] >> PASSES_SHIFT);
    }

    int length(int segment) {
        return (int) contents[segment];
    }

    int bytes() {
        int bytes = firstTo - firstFrom;
        for (int i = 0; i < 2 * (chunks - 1); i += 2) {
            bytes += furtherBounds[i + 1] - furtherBounds[i];
        }
        return bytes;
    }

    /** Copies all bytes to {@code to}. */
    void copyBytes(byte[] data, byte[] to) {
        int at = firstTo - firstFrom;
        System.arraycopy(data, firstFrom, to, 0, at);
        for (int i = 0; i < 2 * (chunks - 1); i += 2) {
            int length = furtherBounds[i + 1] - furtherBounds[i];
            System.arraycopy(data, furtherBounds[i], to, at, length);
            at += length;
        }
    }
}
