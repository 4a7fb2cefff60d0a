package io.vitrine.graph;

import io.vitrine.Size;
import java.util.List;

/** The form in which images enter a graph. */
public enum PixelInput {
    /** {@code pixels}: uint8 (batch, height, width, 3). The graph normalizes them. */
    UINT8("pixels", 1),
    /** {@code pixels}: float32 (batch, height, width, 3), rescaled before resizing. The graph normalizes them. */
    FLOAT32("pixels", 4),
    /** {@code pixel_values}: float32 (batch, 3, height, width), the normalized output of a transformers image processor. */
    PIXEL_VALUES("pixel_values", 4);

    private final String inputName;
    private final int elementBytes;

    PixelInput(String inputName, int elementBytes) {
        this.inputName = inputName;
        this.elementBytes = elementBytes;
    }

    /** The name of the graph's input. */
    public String inputName() {
        return inputName;
    }

    /** Bytes per image of {@code size} pixels. */
    public int imageBytes(Size size) {
        return Math.multiplyExact(Math.multiplyExact(size.height(), size.width()), 3 * elementBytes);
    }

    /** The dimensions after the batch. */
    public List<Integer> shape(Size size) {
        return this == PIXEL_VALUES ? List.of(3, size.height(), size.width()) : List.of(size.height(), size.width(), 3);
    }
}
