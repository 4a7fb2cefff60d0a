package io.vitrine.graph;

import io.vitrine.Size;
import java.util.List;

/** The forms in which images enter a graph. */
public enum PixelInput {
    /** {@code pixels}: uint8 (batch, height, width, 3), normalised inside. */
    UINT8("pixels", 1),
    /** {@code pixels}: float32 (batch, height, width, 3), rescaled before they were resized, normalised inside. */
    FLOAT32("pixels", 4),
    /** {@code pixel_values}: float32 (batch, 3, height, width), as the reference's image processors leave them. */
    PIXEL_VALUES("pixel_values", 4);

    private final String inputName;
    private final int bytes;

    PixelInput(String inputName, int bytes) {
        this.inputName = inputName;
        this.bytes = bytes;
    }

    public String inputName() {
        return inputName;
    }

    /** Bytes of one image: 3 * height * width elements. */
    public int imageBytes(Size size) {
        return Math.multiplyExact(Math.multiplyExact(size.height(), size.width()), 3 * bytes);
    }

    /** The dimensions after the batch. */
    public List<Integer> shape(Size size) {
        return this == PIXEL_VALUES ? List.of(3, size.height(), size.width()) : List.of(size.height(), size.width(), 3);
    }
}
