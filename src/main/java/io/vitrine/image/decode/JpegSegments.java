package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.util.ArrayList;
import java.util.List;

/** Leaves out the segments of a JPEG that do not matter for its pixels, so that decoders spend no time or memory on them. */
final class JpegSegments {
    private static final int APP0 = 0xe0; // JFIF, which says how colours are stored
    private static final int APP14 = 0xee; // Adobe's, which says so, too
    private static final int APP15 = 0xef;
    private static final int COM = 0xfe; // comment

    private JpegSegments() {}

    /** The file as parts, without metadata before the first scan: EXIF, XMP, colour profiles, comments. */
    static List<FileBytes> ofPixels(FileBytes file) {
        List<FileBytes> parts = new ArrayList<>();
        int from = 0; // start of the part that is being collected
        int at = JpegMarkers.next(file, 2);
        while (at < file.length() && !JpegMarkers.isScan(file, at)) {
            int next = JpegMarkers.afterSegment(file, at);
            if (isMetadata(file.at(at + 1))) {
                if (from < at) {
                    parts.add(file.part(from, at));
                }
                from = next;
            }
            at = JpegMarkers.next(file, next);
        }
        parts.add(file.part(from, file.length()));
        return parts;
    }

    private static boolean isMetadata(int marker) {
        return marker > APP0 && marker <= APP15 && marker != APP14 || marker == COM;
    }
}
