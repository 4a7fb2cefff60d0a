package io.vitrine.image.decode;

import java.io.Serializable;

/** A step between a HEIC's coded image and what it shows. */
sealed interface HeicTransform extends Serializable {
    /** A turn to the left by {@code quarters}, 1 to 3. */
    record Turn(int quarters) implements HeicTransform {}

    /** Left and right change places. */
    record MirrorColumns() implements HeicTransform {}

    /** Top and bottom change places. */
    record MirrorRows() implements HeicTransform {}

    /** Only this part is shown. */
    record Crop(int left, int top, int width, int height) implements HeicTransform {}
}
