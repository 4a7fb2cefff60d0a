package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;
import io.vitrine.image.jpeg2000.TileParameters.Progression;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Visits the packets of a tile in the order of a progression. */
final class PacketOrder {
    /** Reads a packet. */
    interface Visitor {
        /** @return whether any packet after this one can have content */
        boolean visit(int component, Resolution resolution, int precinct, int layer) throws ImageRejectedException;
    }

    /** A precinct and where it is: its packets come by position in three of the orders. */
    private record Place(long x, long y, int component, int number, Resolution resolution, int precinct) {}

    private static final int LAYER_FIRST = 0;
    private static final int RESOLUTION_FIRST = 1;
    private static final int RESOLUTION_POSITION = 2;
    private static final int POSITION = 3;
    private static final int COMPONENT_POSITION = 4;

    /** The last of the five orders. */
    static final int LAST = COMPONENT_POSITION;

    private final Area tile;
    private final List<Component> grids;
    private final TileComponent[] components;
    private final BlockBudget budget;

    PacketOrder(Area tile, List<Component> grids, TileComponent[] components, BlockBudget budget) {
        this.tile = tile;
        this.grids = grids;
        this.components = components;
        this.budget = budget;
    }

    /** @return false if the visitor wanted no more */
    boolean visit(Progression progression, Visitor visitor) throws ImageRejectedException {
        if (progression.firstComponent() >= components.length) {
            return true;
        }
        if (count(progression, 0, Integer.MAX_VALUE) == 0) {
            return true; // rather than go through up to 65,535 layers of nothing
        }
        return switch (progression.order()) {
            case LAYER_FIRST -> {
                int[] numbers = resolutions(progression);
                for (int layer = firstLayer(progression, numbers); layer < progression.endLayer(); layer++) {
                    for (int r : numbers) {
                        if (!visitResolution(progression, r, layer, visitor)) {
                            yield false;
                        }
                    }
                }
                yield true;
            }
            case RESOLUTION_FIRST -> {
                for (int r : resolutions(progression)) {
                    for (int layer = firstLayer(progression, r); layer < progression.endLayer(); layer++) {
                        if (!visitResolution(progression, r, layer, visitor)) {
                            yield false;
                        }
                    }
                }
                yield true;
            }
            case RESOLUTION_POSITION, POSITION, COMPONENT_POSITION -> visitPlaces(progression, visitor);
            default -> true; // as OpenJPEG: no packets
        };
    }

    /** Numbers of the resolutions that have packets. */
    private int[] resolutions(Progression progression) {
        int end = 0;
        for (int c = progression.firstComponent(); c < progression.endComponent(); c++) {
            end = Math.max(end, end(progression, c));
        }
        return IntStream.range(progression.firstResolution(), end)
                .filter(r -> count(progression, r, r + 1) > 0)
                .toArray();
    }

    /** The first layer that is not read of all precincts in resolutions of these numbers. */
    private int firstLayer(Progression progression, int... numbers) {
        int first = Integer.MAX_VALUE;
        for (int r : numbers) {
            for (int c = progression.firstComponent(); c < progression.endComponent(); c++) {
                if (r < components[c].resolutions.length) {
                    for (int layers : components[c].resolutions[r].layersRead) {
                        first = Math.min(first, layers);
                    }
                }
            }
        }
        return first;
    }

    private boolean visitResolution(Progression progression, int number, int layer, Visitor visitor)
            throws ImageRejectedException {
        for (int c = progression.firstComponent(); c < progression.endComponent(); c++) {
            if (number < components[c].resolutions.length) {
                Resolution resolution = components[c].resolutions[number];
                for (int precinct = 0; precinct < resolution.precincts(); precinct++) {
                    if (!visitOnce(c, resolution, precinct, layer, visitor)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Layers of a precinct come one after the other, whatever the progressions. */
    private static boolean visitOnce(int component, Resolution resolution, int precinct, int layer, Visitor visitor)
            throws ImageRejectedException {
        if (layer < resolution.layersRead[precinct]) {
            return true;
        }
        resolution.layersRead[precinct] = layer + 1;
        return visitor.visit(component, resolution, precinct, layer);
    }

    private boolean visitPlaces(Progression progression, Visitor visitor) throws ImageRejectedException {
        for (Place place : places(progression)) {
            int read = place.resolution.layersRead[place.precinct];
            for (int layer = read; layer < progression.endLayer(); layer++) {
                if (!visitOnce(place.component, place.resolution, place.precinct, layer, visitor)) {
                    return false;
                }
            }
        }
        return true;
    }

    private Place[] places(Progression progression) throws ImageRejectedException {
        Place[] places = new Place[count(progression, 0, Integer.MAX_VALUE)];
        budget.take((long) BlockBudget.VISIT_BYTES * places.length);
        int count = 0;
        boolean together = progression.order() != COMPONENT_POSITION;
        long stepX = together ? stepX(0, components.length) : 0;
        long stepY = together ? stepY(0, components.length) : 0;
        for (int c = progression.firstComponent(); c < progression.endComponent(); c++) {
            if (!together) {
                stepX = stepX(c, c + 1);
                stepY = stepY(c, c + 1);
            }
            Resolution[] resolutions = components[c].resolutions;
            for (int r = progression.firstResolution(); r < end(progression, c); r++) {
                Resolution resolution = resolutions[r];
                for (int i = 0; i < resolution.precincts(); i++) {
                    long x = resolution.startX(
                            i % resolution.precinctColumns, tile, grids.get(c).stepX());
                    long y = resolution.startY(
                            i / resolution.precinctColumns, tile, grids.get(c).stepY());
                    if ((x % stepX == 0 || x == tile.left()) && (y % stepY == 0 || y == tile.top())) {
                        places[count++] = new Place(x, y, c, r, resolution, i);
                    }
                }
            }
        }
        Place[] found = Arrays.copyOf(places, count);
        Arrays.sort(found, (a, b) -> compare(progression.order(), a, b));
        return found;
    }

    private int end(Progression progression, int component) {
        return Math.min(progression.endResolution(), components[component].resolutions.length);
    }

    /** Precincts of a progression, in resolutions from {@code from} to {@code to}. */
    private int count(Progression progression, int from, int to) {
        int count = 0;
        for (int c = progression.firstComponent(); c < progression.endComponent(); c++) {
            for (int r = Math.max(from, progression.firstResolution()); r < Math.min(to, end(progression, c)); r++) {
                count += components[c].resolutions[r].precincts();
            }
        }
        return count;
    }

    private long stepX(int from, int to) {
        long step = Long.MAX_VALUE;
        for (int c = from; c < to; c++) {
            for (Resolution resolution : components[c].resolutions) {
                step = Math.min(step, resolution.stepX(grids.get(c).stepX()));
            }
        }
        return step;
    }

    private long stepY(int from, int to) {
        long step = Long.MAX_VALUE;
        for (int c = from; c < to; c++) {
            for (Resolution resolution : components[c].resolutions) {
                step = Math.min(step, resolution.stepY(grids.get(c).stepY()));
            }
        }
        return step;
    }

    private static int compare(int order, Place a, Place b) {
        if (order == RESOLUTION_POSITION && a.number != b.number) {
            return Integer.compare(a.number, b.number);
        } else if (order == COMPONENT_POSITION && a.component != b.component) {
            return Integer.compare(a.component, b.component);
        } else if (a.y != b.y) {
            return Long.compare(a.y, b.y);
        } else if (a.x != b.x) {
            return Long.compare(a.x, b.x);
        } else if (a.component != b.component) {
            return Integer.compare(a.component, b.component);
        } else if (a.number != b.number) {
            return Integer.compare(a.number, b.number);
        }
        return Integer.compare(a.precinct, b.precinct);
    }
}
