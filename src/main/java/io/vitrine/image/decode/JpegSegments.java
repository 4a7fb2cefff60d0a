package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.util.ArrayList;
import java.util.List;

/** Leaves out the segments of a JPEG that do not matter for its pixels, so that decoders spend no time or memory on them. */
final class JpegSegments {
    private JpegSegments() {}

    /**
     * The file as parts, without metadata before the first scan: EXIF, XMP, colour profiles, comments. Nor is there anything between
     * segments: OpenCV wants one at the start.
     */
    static List<FileBytes> ofPixels(FileBytes file) {
        List<FileBytes> parts = new ArrayList<>();
        int from = 0; // start of the part that is being collected
        int to = 2; // its end
        int at = JpegMarkers.next(file, 2);
        while (at < file.length() && !JpegMarkers.isScan(file, at)) {
            int next = JpegMarkers.afterSegment(file, at);
            if (!isMetadata(file.at(at + 1))) {
                if (at > to) {
                    parts.add(file.part(from, to));
                    from = at;
                }
                to = next;
            }
            at = JpegMarkers.next(file, next);
        }
        parts.add(file.part(from, to));
        parts.add(file.part(at, file.length()));
        return parts;
    }

    private static boolean isMetadata(int marker) {
        // APP0 (JFIF) and APP14 (Adobe) say how colours are stored
        return marker > JpegMarkers.APP0 && marker <= JpegMarkers.APP15 && marker != JpegMarkers.APP14
                || marker == JpegMarkers.COM;
    }
}
