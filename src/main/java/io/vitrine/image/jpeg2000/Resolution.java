package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;
import java.util.ArrayList;
import java.util.List;

/** One size of a component of a tile: the subbands that make it of the next smaller one, and their precincts. */
final class Resolution {
    final Area area;
    final int precinctColumns;
    final int precinctRows;
    final List<Subband> subbands = new ArrayList<>();

    /** How many layers of each precinct were read. */
    final int[] layersRead;

    private final CodingStyle style;
    private final int number;
    private final int widthBits;
    private final int heightBits;
    private final BlockBudget budget;

    /** @param number 0 for the smallest */
    Resolution(Area component, int number, TileParameters parameters, int index, int precision, BlockBudget budget)
            throws ImageRejectedException {
        this.style = parameters.style(index);
        this.number = number;
        this.budget = budget;
        int levels = style.resolutions() - 1 - number;
        this.area = component.subband(levels, 0, 0);
        this.widthBits = style.precinctWidthBits(number);
        this.heightBits = style.precinctHeightBits(number);
        this.precinctColumns = count(area.left(), area.right(), widthBits);
        this.precinctRows = count(area.top(), area.bottom(), heightBits);
        budget.take(BlockBudget.RESOLUTION_BYTES + (long) BlockBudget.PLACE_BYTES * precinctColumns * precinctRows);
        int precincts = precinctColumns * precinctRows;
        this.layersRead = new int[precincts];
        Quantization quantization = parameters.quantization(index);
        for (int i = number == 0 ? 0 : 1; i <= (number == 0 ? 0 : 3); i++) {
            Area band = number == 0 ? area : component.subband(levels + 1, i & 1, i >> 1);
            if (!band.isEmpty()) {
                int step = number == 0 ? 0 : 3 * (number - 1) + i;
                subbands.add(new Subband(
                        i,
                        band,
                        quantization.bitPlanes(step),
                        quantization.stepSize(step, precision),
                        new Precinct[precincts]));
            }
        }
    }

    private static int count(int from, int to, int bits) throws ImageRejectedException {
        if ((long) Area.ceilShift(to, bits) << bits > Integer.MAX_VALUE) {
            throw Damage.corrupt("precincts that end behind the largest coordinate");
        }
        return from == to ? 0 : Area.ceilShift(to, bits) - (from >> bits);
    }

    int precincts() {
        return layersRead.length;
    }

    /** The part of a precinct in a subband; null if it is empty. */
    Precinct precinct(Subband subband, int index) throws ImageRejectedException {
        Precinct known = subband.precincts()[index];
        if (known != null) {
            return known;
        }
        int shrink = number == 0 ? 0 : 1;
        int width = widthBits - shrink;
        int height = heightBits - shrink;
        Area band = subband.area();
        long x = (long) (area.left() >> widthBits) + index % precinctColumns;
        long y = (long) (area.top() >> heightBits) + index / precinctColumns;
        Area part = new Area(
                (int) Math.max(x << width, band.left()),
                (int) Math.max(y << height, band.top()),
                (int) Math.min(x + 1 << width, band.right()),
                (int) Math.min(y + 1 << height, band.bottom()));
        if (part.isEmpty()) {
            return null;
        }
        int blockWidth = Math.min(style.blockWidthBits(), width);
        int blockHeight = Math.min(style.blockHeightBits(), height);
        long blocks = (long) Precinct.columns(part, blockWidth) * Precinct.rows(part, blockHeight);
        budget.take(BlockBudget.PRECINCT_BYTES + BlockBudget.PLACE_BYTES * blocks);
        subband.precincts()[index] = new Precinct(part, blockWidth, blockHeight);
        return subband.precincts()[index];
    }

    /** First column of the reference grid, or of the tile, that a column of precincts belongs to. */
    long startX(int column, Area tile, int stepX) {
        return start(area.left(), column, widthBits, tile.left(), stepX);
    }

    /** As {@link #startX}, for rows. */
    long startY(int row, Area tile, int stepY) {
        return start(area.top(), row, heightBits, tile.top(), stepY);
    }

    private long start(int areaStart, int index, int bits, int tileStart, int step) {
        long at = ((long) (areaStart >> bits) + index << bits) * ((long) step << style.resolutions() - 1 - number);
        return Math.max(at, tileStart);
    }

    /** Distance of columns of precincts on the reference grid. */
    long stepX(int stepX) {
        return (long) stepX << widthBits + style.resolutions() - 1 - number;
    }

    long stepY(int stepY) {
        return (long) stepY << heightBits + style.resolutions() - 1 - number;
    }
}
