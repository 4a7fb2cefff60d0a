package io.vitrine;

import java.io.Serializable;

/** Height and width, in pixels; of a grid, in patches. */
public record Size(int height, int width) implements Serializable {
    @Override
    public String toString() {
        return height + "x" + width;
    }
}
