package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.util.Optional;

/** Recognises image formats that have no codec, so that error messages can name them. */
final class UnsupportedFormats {
    private UnsupportedFormats() {}

    /** The format by the file's signature; empty if the signature matches none. */
    static Optional<ImageFormat> recognise(FileBytes file) {
        if (file.matches(4, "ftypavif") || file.matches(4, "ftypavis")) {
            return Optional.of(ImageFormat.AVIF);
        } else if (file.matches(4, "ftyphei") || file.matches(4, "ftypmif1") || file.matches(4, "ftyphev")) {
            return Optional.of(ImageFormat.HEIF);
        } else if (file.matches(4, "jP  \r\n") || file.matches(0, "\u00ffO\u00ffQ")) {
            return Optional.of(ImageFormat.JPEG2000);
        } else if (file.matches(4, "JXL ") || file.matches(0, "\u00ff\n")) {
            return Optional.of(ImageFormat.JPEGXL);
        } else if (file.matches(0, "8BPS")) {
            return Optional.of(ImageFormat.PSD);
        } else if (file.matches(0, "\0\0\u0001\0")) {
            return Optional.of(ImageFormat.ICO);
        } else if (file.matches(0, "<svg")) {
            return Optional.of(ImageFormat.SVG);
        } else if (file.length() > 2
                && file.at(0) == 'P'
                && file.at(1) >= '1'
                && file.at(1) <= '6'
                && Character.isWhitespace(file.at(2))) {
            return Optional.of(ImageFormat.PNM);
        }
        return Optional.empty();
    }
}
