package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;
import java.util.List;

/** The samples of a tile. Valid until the next tile is decoded. */
public final class DecodedTile {
    // The inverse component transform of lossy images, in single precision.
    private static final float RED_V = 1.402f;
    private static final float GREEN_U = 0.34413f;
    private static final float GREEN_V = 0.71414f;
    private static final float BLUE_U = 1.772f;

    private final Area area;
    private final List<Component> grids;
    private final TileComponent[] components;
    private final boolean transform;

    DecodedTile(Area area, List<Component> grids, TileComponent[] components, TileParameters parameters)
            throws ImageRejectedException {
        this.area = area;
        this.grids = grids;
        this.components = components;
        this.transform = parameters.hasColourTransform() && components.length >= 3;
        for (int i = 1; transform && i < 3; i++) {
            TileComponent first = components[0];
            TileComponent other = components[i];
            if (other.width() != first.width()
                    || other.height() != first.height()
                    || other.style.resolutions() != first.style.resolutions()
                    || other.style.reversible() != first.style.reversible()) {
                throw Damage.corrupt("a component transform of components that differ in size or wavelet");
            }
        }
    }

    /** First column on the reference grid, where the image's own first column need not be 0. */
    public int left() {
        return area.left();
    }

    /** First row on the reference grid. */
    public int top() {
        return area.top();
    }

    /** Columns of the reference grid. */
    public int width() {
        return area.width();
    }

    /** Rows of the reference grid. */
    public int height() {
        return area.height();
    }

    /** Samples per row of a component. */
    public int width(int component) {
        return components[component].width();
    }

    /** Rows of a component. */
    public int height(int component) {
        return components[component].height();
    }

    /**
     * Reads a row of samples.
     *
     * @param samples receives {@code width(component)} samples, within the range of the component's precision
     */
    public void row(int component, int y, int[] samples) {
        TileComponent own = components[component];
        int from = y * own.width();
        Component grid = grids.get(component);
        boolean transformed = transform && component < 3;
        if (own.style.reversible()) {
            integers(component, from, transformed, samples);
            for (int x = 0; x < own.width(); x++) {
                samples[x] = Math.max(grid.min(), Math.min(samples[x] + grid.levelShift(), grid.max()));
            }
        } else {
            for (int x = 0; x < own.width(); x++) {
                samples[x] = level(transformed ? transformed(component, from + x) : own.floats[from + x], grid);
            }
        }
    }

    private void integers(int component, int from, boolean transformed, int[] to) {
        int width = components[component].width();
        System.arraycopy(components[component].integers, from, to, 0, width);
        if (!transformed) {
            return;
        }
        int[] luma = components[0].integers;
        int[] u = components[1].integers;
        int[] v = components[2].integers;
        for (int x = 0; x < width; x++) {
            int i = from + x;
            int green = luma[i] - (u[i] + v[i] >> 2);
            to[x] = component == 0 ? v[i] + green : component == 1 ? green : u[i] + green;
        }
    }

    private float transformed(int component, int i) {
        float luma = components[0].floats[i];
        float u = components[1].floats[i];
        float v = components[2].floats[i];
        return switch (component) {
            case 0 -> luma + v * RED_V;
            case 1 -> luma - u * GREEN_U - v * GREEN_V;
            default -> luma + u * BLUE_U;
        };
    }

    /** Rounds halves to even, and clips. */
    private static int level(float value, Component grid) {
        if (value > (float) Integer.MAX_VALUE) {
            return grid.max();
        } else if (!(value >= Integer.MIN_VALUE)) {
            return grid.min();
        }
        long level = (long) Math.rint(value) + grid.levelShift();
        return (int) Math.max(grid.min(), Math.min(level, grid.max()));
    }
}
