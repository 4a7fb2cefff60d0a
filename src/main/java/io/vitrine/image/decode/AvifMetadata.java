package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;

/** Reads the EXIF and XMP items that describe an AVIF's image. */
final class AvifMetadata {
    private static final String XMP = "application/rdf+xml";

    private AvifMetadata() {}

    /** The orientation that XMP gives, where nothing else does: 0 if it gives none. */
    static int orientation(FileBytes file, HeifItems items, HeifItem image) throws ImageRejectedException {
        int orientation = 0;
        long bytes = 0;
        for (HeifItem item : items.all()) {
            if (item.describes != image.number || item.length() == 0 || item.isUnsupported) {
                continue;
            }
            bytes += item.length();
            if (bytes > file.length()) {
                throw HeifItems.corrupt("metadata share bytes");
            }
            if (item.type.equals("Exif")) {
                FileBytes exif = items.data(item).bytes(file);
                if (exif.length() < 8 || ByteReader.bigEndian(exif).u32(0) != endOfExifPrefix(exif)) {
                    throw HeifItems.corrupt("EXIF data has a wrong offset");
                }
                if (Exif.orientation(exif.part(4, exif.length())).isPresent()) {
                    return 1; // Pillow sets it to what rotation and mirroring amount to
                }
            } else if (item.type.equals("mime") && item.contentType.equals(XMP)) {
                FileBytes xmp = items.data(item).bytes(file);
                orientation = Orientation.inXmp(xmp);
            }
        }
        return orientation;
    }

    /** Bytes between the offset and the TIFF header, which both are checked. */
    private static int endOfExifPrefix(FileBytes exif) throws ImageRejectedException {
        for (int at = 4; at + 4 <= exif.length(); at++) {
            if (exif.matches(at, "II*\0") || exif.matches(at, "MM\0*")) {
                return at - 4;
            }
        }
        throw HeifItems.corrupt("EXIF data has no TIFF header");
    }
}
