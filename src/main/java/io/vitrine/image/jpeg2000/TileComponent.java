package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;

/** A component of a tile. */
final class TileComponent {
    final Area area;
    final CodingStyle style;
    final int regionShift;
    final Resolution[] resolutions;

    /** Coefficients, then samples, row by row: of the 5/3 wavelet, else empty. */
    int[] integers = {};

    /** Coefficients, then samples, row by row: of the 9/7 wavelet, else empty. */
    float[] floats = {};

    TileComponent(Area tile, Component component, TileParameters parameters, int index, BlockBudget budget)
            throws ImageRejectedException {
        this.area = tile.subsampled(component.stepX(), component.stepY());
        this.style = parameters.style(index);
        this.regionShift = parameters.regionShift(index);
        this.resolutions = new Resolution[style.resolutions()];
        for (int i = 0; i < resolutions.length; i++) {
            resolutions[i] = new Resolution(area, i, parameters, index, component.precision(), budget);
        }
    }

    int width() {
        return area.width();
    }

    int height() {
        return area.height();
    }

    void allocate() throws ImageRejectedException {
        long samples = (long) width() * height();
        if (samples > Integer.MAX_VALUE - 8) {
            throw Damage.unsupported("with a tile of " + samples + " samples");
        }
        if (style.reversible()) {
            integers = new int[(int) samples];
        } else {
            floats = new float[(int) samples];
        }
    }
}
