package io.vitrine.gpu;

/**
 * An added file.
 *
 * @param orientation in which it is stored, 1 to 8; 1 if it stays as stored
 * @param streamStart offset of its data in the batch's stream
 * @param streamBytes length of its data
 */
record PreparedImage(ParsedJpeg jpeg, int orientation, ResizePlan plan, long streamStart, int streamBytes) {
    /** Scans of more bits are decoded by 1,024 lanes, not by 32. */
    private static final int MAX_BITS_OF_WARP = 2 << 20;

    /** Whether a scan is so long that a warp would keep the others waiting. Lanes share restart intervals out. */
    boolean isLarge() {
        for (ParsedJpeg.Scan scan : jpeg.scans()) {
            if (scan.segments() == 1 && jpeg.segments()[2 * scan.firstSegment() + 1] > MAX_BITS_OF_WARP) {
                return true;
            }
        }
        return false;
    }
}
