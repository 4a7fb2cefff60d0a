package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The metadata segments before a JPEG's first scan: where the orientation is, and what makes Pillow refuse a file although its
 * pixels are there.
 */
final class JpegMetadata {
    private static final String EXIF = "Exif\0\0";
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";
    private static final String ICC = "ICC_PROFILE\0";
    private static final String PHOTOSHOP = "Photoshop 3.0\0";
    private static final String RESOURCE = "8BIM";

    private static final int VERSION_END = 7; // JFIF and Adobe: the version follows the name
    private static final int ICC_DATA = 14; // after the name, a number and a count

    private final List<FileBytes> exif = new ArrayList<>();
    private Optional<FileBytes> xmp = Optional.empty();

    /**
     * Takes a segment.
     *
     * @param data the segment without marker and length
     * @throws ImageRejectedException if Pillow refuses files with such a segment
     */
    void add(int marker, FileBytes data) throws ImageRejectedException {
        if (marker == JpegMarkers.APP1 && data.matches(0, EXIF)) {
            exif.add(data.part(exif.isEmpty() ? 0 : EXIF.length(), data.length())); // Pillow joins them
        } else if (marker == JpegMarkers.APP1 && data.matches(0, XMP)) {
            xmp = Optional.of(data.part(XMP.length(), data.length()));
        } else if (marker == JpegMarkers.APP0 && data.matches(0, "JFIF")) {
            check(data.length() >= VERSION_END, "JFIF", data);
        } else if (marker == JpegMarkers.APP14 && data.matches(0, "Adobe")) {
            check(data.length() >= VERSION_END, "Adobe", data);
        } else if (marker == JpegMarkers.APP2 && data.matches(0, ICC)) {
            check(data.length() >= ICC_DATA, "ICC profile", data);
        } else if (marker == JpegMarkers.APP13 && data.matches(0, PHOTOSHOP)) {
            check(!endsInResourceName(data), "Photoshop", data);
        }
    }

    private static void check(boolean isWhole, String kind, FileBytes data) throws ImageRejectedException {
        if (!isWhole) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "JPEG has a segment (" + kind + ") that ends after " + data.length() + " bytes, within its header");
        }
    }

    /** Whether an image resource ends after its number, where the length of its name is expected. */
    private static boolean endsInResourceName(FileBytes data) {
        int at = PHOTOSHOP.length();
        while (data.matches(at, RESOURCE)) {
            at += RESOURCE.length() + 2;
            if (at >= data.length()) {
                return at == data.length();
            }
            at += 1 + data.at(at);
            at += at & 1;
            if (at + 4 > data.length()) {
                return false;
            }
            long length = (long) data.at(at) << 24 | data.at(at + 1) << 16 | data.at(at + 2) << 8 | data.at(at + 3);
            long next = at + 4 + length;
            next += next & 1;
            if (next >= data.length()) {
                return false;
            }
            at = (int) next;
        }
        return false;
    }

    int orientation() {
        return Orientation.of(exif.isEmpty() ? Optional.empty() : Optional.of(joined()), xmp);
    }

    private FileBytes joined() {
        if (exif.size() == 1) {
            return exif.get(0);
        }
        byte[] all = new byte[exif.stream().mapToInt(FileBytes::length).sum()];
        int at = 0;
        for (FileBytes part : exif) {
            System.arraycopy(part.array(), part.offset(), all, at, part.length());
            at += part.length();
        }
        return FileBytes.of(all);
    }
}
