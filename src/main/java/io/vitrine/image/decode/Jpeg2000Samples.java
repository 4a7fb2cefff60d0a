package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.jpeg2000.Component;
import java.util.List;

/** How samples of components become colours. */
enum Jpeg2000Samples {
    /** The first component alone: a level, or an index. */
    FIRST(1),
    RGB(3),
    YCC(3),
    CMYK(4);

    /** Components that colours depend on. */
    final int components;

    Jpeg2000Samples(int components) {
        this.components = components;
    }

    private enum Space {
        GREY,
        SRGB,
        SYCC,
        CMYK,
        OTHER
    }

    /**
     * Finds out what Pillow does.
     *
     * @param number of an enumerated colour space; 0 if there is none
     * @throws ImageRejectedException where Pillow has no way
     */
    static Jpeg2000Samples of(Jp2Mode mode, int number, List<Component> components) throws ImageRejectedException {
        int subsampled = 0;
        while (subsampled < components.size()
                && components.get(subsampled).stepX() == 1
                && components.get(subsampled).stepY() == 1) {
            subsampled++;
        }
        int count = components.size();
        boolean full = subsampled == count;
        Space space =
                switch (number) {
                    case 12 -> Space.CMYK;
                    case 16 -> Space.SRGB;
                    case 17 -> Space.GREY;
                    case 18 -> Space.SYCC;
                    case 24 -> Space.OTHER;
                    default -> count <= 2 ? Space.GREY : subsampled == 1 || subsampled == 2 ? Space.SYCC : Space.SRGB;
                };
        boolean colour = mode == Jp2Mode.RGB || mode == Jp2Mode.RGBA;
        boolean first =
                switch (mode) {
                    case L, I16 -> space == Space.GREY && count == 1;
                    case P -> (space == Space.SRGB || space == Space.CMYK) && count == 1;
                    case PA -> space == Space.SRGB && count == 2;
                    case LA -> space == Space.GREY && count == 2;
                    case RGB, RGBA -> space == Space.GREY && count <= 2;
                    case CMYK -> false;
                };
        if (first && full) {
            return FIRST;
        } else if (colour && count >= 3 && space == Space.SRGB
                || mode == Jp2Mode.RGBA && count == 4 && space == Space.GREY) {
            return RGB;
        } else if (colour && count >= 3 && space == Space.SYCC) {
            return YCC;
        } else if (mode == Jp2Mode.CMYK && count == 4 && space == Space.CMYK) {
            return CMYK;
        }
        throw new ImageRejectedException(
                RejectionReason.UNSUPPORTED,
                "a JPEG 2000 of mode " + mode + " with " + count + " components of colour space " + space
                        + (full ? "" : ", subsampled"));
    }
}
