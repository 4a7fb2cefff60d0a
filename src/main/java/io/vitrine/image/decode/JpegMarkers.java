package io.vitrine.image.decode;

import io.vitrine.FileBytes;

/**
 * Finds the segments of a JPEG by their markers, without decoding. Like libjpeg, takes the length of a segment from its header, and
 * skips any other bytes up to the next marker.
 */
final class JpegMarkers {
    private static final int FIRST_SEGMENT = 0xc0; // markers below have no length
    private static final int RST0 = 0xd0; // restart
    private static final int SOI = 0xd8; // start of image
    private static final int EOI = 0xd9; // end of image
    private static final int SOS = 0xda; // start of scan
    private static final int FILL = 0xff;

    private JpegMarkers() {}

    /** Offset of the first marker of a segment from {@code from} on; the file's length if the image or the file ends before. */
    static int next(FileBytes file, int from) {
        int at = from;
        while (at + 3 < file.length()) {
            int marker = file.at(at + 1);
            if (file.at(at) != 0xff || marker == FILL) {
                at++;
            } else if (marker == EOI) {
                break;
            } else if (marker < FIRST_SEGMENT || marker >= RST0 && marker <= SOI) {
                at += 2;
            } else {
                return at;
            }
        }
        return file.length();
    }

    /**
     * Offset after a segment; at most the file's length.
     *
     * @param at offset of its marker, as {@link #next} returns it
     */
    static int afterSegment(FileBytes file, int at) {
        int length = file.at(at + 2) << 8 | file.at(at + 3);
        return Math.min(file.length(), at + 2 + Math.max(2, length));
    }

    static boolean isScan(FileBytes file, int at) {
        return file.at(at + 1) == SOS;
    }

    /**
     * Offset of the first marker of a scan; the file's length if there is none.
     *
     * @param from offset of a marker
     */
    static int nextScan(FileBytes file, int from) {
        int at = next(file, from);
        while (at < file.length() && !isScan(file, at)) {
            at = next(file, afterSegment(file, at));
        }
        return at;
    }

    /**
     * Counts scans up to the end of the image.
     *
     * @param first offset of the first scan's marker
     * @param max stops after as many scans
     */
    static int countScans(FileBytes file, int first, int max) {
        int scans = 0;
        for (int at = first; at < file.length() && scans < max; scans++) {
            at = nextScan(file, afterSegment(file, at));
        }
        return scans;
    }
}
