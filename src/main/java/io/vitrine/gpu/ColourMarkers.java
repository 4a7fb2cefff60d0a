package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.image.decode.JpegMarkers;
import java.util.OptionalInt;

/** What a JPEG's segments JFIF and Adobe say about its colours. */
final class ColourMarkers {
    private static final int JFIF_BYTES = 14;
    private static final int ADOBE_BYTES = 12;
    private static final int ADOBE_TRANSFORM = 11; // offset in Adobe's segment

    private boolean jfif;
    private OptionalInt adobeTransform = OptionalInt.empty();

    /**
     * Takes a segment. libjpeg ignores short ones.
     *
     * @param from offset of its body
     * @param to end of its body
     */
    void add(int marker, FileBytes file, int from, int to) {
        if (marker == JpegMarkers.APP0 && to - from >= JFIF_BYTES && file.matches(from, "JFIF\0")) {
            jfif = true;
        } else if (marker == JpegMarkers.APP14 && to - from >= ADOBE_BYTES && file.matches(from, "Adobe")) {
            adobeTransform = OptionalInt.of(file.at(from + ADOBE_TRANSFORM));
        }
    }

    boolean jfif() {
        return jfif;
    }

    /** Empty without Adobe's segment. */
    OptionalInt adobeTransform() {
        return adobeTransform;
    }
}
