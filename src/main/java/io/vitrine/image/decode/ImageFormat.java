package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.util.Optional;

/** The formats that are read, and some that are only recognised, so that the row can say which it was. */
public enum ImageFormat {
    JPEG,
    PNG,
    GIF,
    BMP,
    TIFF,
    WEBP,
    AVIF,
    HEIF,
    JPEG2000,
    JPEGXL,
    PSD,
    ICO,
    SVG,
    PNM;

    /** Looks at the first bytes; empty if they are no image's. */
    static Optional<ImageFormat> sniff(FileBytes b) {
        ByteReader in = new ByteReader(b, false);
        if (in.matches(0, "\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        } else if (in.matches(0, "\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        } else if (in.matches(0, "GIF87a") || in.matches(0, "GIF89a")) {
            return Optional.of(GIF);
        } else if (in.matches(0, "RIFF") && in.matches(8, "WEBP")) {
            return Optional.of(WEBP);
        } else if (in.matches(0, "II*\0")
                || in.matches(0, "MM\0*")
                || in.matches(0, "II+\0")
                || in.matches(0, "MM\0+")) {
            return Optional.of(TIFF);
        } else if (in.matches(0, "BM") && b.length() > 15 && b.at(14) >= 12 && b.at(14) < 128 && b.at(15) == 0) {
            return Optional.of(BMP);
        } else if (in.matches(4, "ftypavif") || in.matches(4, "ftypavis")) {
            return Optional.of(AVIF);
        } else if (in.matches(4, "ftyphei") || in.matches(4, "ftypmif1") || in.matches(4, "ftyphev")) {
            return Optional.of(HEIF);
        } else if (in.matches(4, "jP  \r\n") || in.matches(0, "\u00ff\u004f\u00ff\u0051")) {
            return Optional.of(JPEG2000);
        } else if (in.matches(4, "JXL ") || in.matches(0, "\u00ff\n")) {
            return Optional.of(JPEGXL);
        } else if (in.matches(0, "8BPS")) {
            return Optional.of(PSD);
        } else if (in.matches(0, "\0\0\u0001\0")) {
            return Optional.of(ICO);
        } else if (in.matches(0, "<svg")) {
            return Optional.of(SVG);
        } else if (b.length() > 2
                && b.at(0) == 'P'
                && b.at(1) >= '1'
                && b.at(1) <= '6'
                && Character.isWhitespace(b.at(2))) {
            return Optional.of(PNM);
        }
        return Optional.empty();
    }

    /** Whether images of this format are decoded. */
    boolean isRead() {
        return ordinal() <= WEBP.ordinal();
    }
}
