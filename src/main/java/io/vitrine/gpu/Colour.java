package io.vitrine.gpu;

import java.util.List;

/** What the components of a JPEG mean. The ordinals are those of {@code enum Colour} in {@code layout.h}. */
enum Colour {
    GREY,
    YCBCR,
    RGB,
    CMYK,
    YCCK;

    /** Adobe's number for colours that are not transformed. */
    private static final int NO_TRANSFORM = 0;

    private static final List<Integer> RGB_IDS = List.of((int) 'R', (int) 'G', (int) 'B');

    /**
     * Decides as libjpeg does, and Pillow for four components.
     *
     * @param ids of the components: 1, 3 or 4
     */
    static Colour of(List<Integer> ids, ColourMarkers markers) {
        boolean transformed = markers.adobeTransform().orElse(NO_TRANSFORM) != NO_TRANSFORM;
        if (ids.size() == 1) {
            return GREY;
        } else if (ids.size() == 4) {
            return transformed ? YCCK : CMYK;
        } else if (markers.jfif()) {
            return YCBCR;
        } else if (markers.adobeTransform().isPresent()) {
            return transformed ? YCBCR : RGB;
        }
        return ids.equals(RGB_IDS) ? RGB : YCBCR;
    }
}
