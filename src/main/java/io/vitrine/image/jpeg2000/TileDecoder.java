package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;
import io.vitrine.image.jpeg2000.TileParameters.Progression;
import java.util.List;

/** Decodes tiles: packets, code blocks, wavelets. Not thread-safe; keeps its buffers between tiles. */
final class TileDecoder {
    private final ImageGrid grid;
    private final BlockBudget budget;
    private final BlockDecoder blocks = new BlockDecoder();

    /** @param fileBytes length of the file */
    TileDecoder(ImageGrid grid, int fileBytes) {
        this.grid = grid;
        this.budget = new BlockBudget(grid, fileBytes);
    }

    DecodedTile decode(TilePart tile) throws ImageRejectedException {
        Area area = grid.tile(tile.number());
        List<Component> grids = grid.components();
        TileComponent[] components = new TileComponent[grids.size()];
        for (int i = 0; i < components.length; i++) {
            components[i] = new TileComponent(area, grids.get(i), tile.parameters(), i, budget);
            if (components[i].regionShift > BlockDecoder.MAX_BIT_PLANES && !components[i].area.isEmpty()) {
                throw Damage.corrupt("a region of interest shifted by " + components[i].regionShift + " bits");
            }
        }
        DecodedTile decoded = new DecodedTile(area, grids, components, tile.parameters());
        readPackets(tile, area, components);
        for (TileComponent component : components) {
            component.allocate();
            for (int i = 0; i < component.resolutions.length; i++) {
                decodeBlocks(tile.data(), component, i);
            }
            if (component.style.reversible()) {
                IntegerWavelet.invert(component);
            } else {
                FloatWavelet.invert(component);
            }
        }
        return decoded;
    }

    private void readPackets(TilePart tile, Area area, TileComponent[] components) throws ImageRejectedException {
        PacketOrder order = new PacketOrder(area, grid.components(), components, budget);
        PacketReader reader = new PacketReader(
                tile.parameters(), components, tile.data(), tile.from(), tile.to(), tile.packedHeaders(), budget);
        Progression[] progressions = tile.parameters().progressions();
        checkReach(progressions, components);
        for (Progression progression : progressions) {
            if (progression.order() == TileParameters.UNKNOWN_ORDER) {
                throw Damage.corrupt("an unknown order of packets");
            }
            if (!order.visit(progression, reader::read)) {
                break;
            }
        }
    }

    /** OpenJPEG makes a smaller image of resolutions that no progression mentions. */
    private static void checkReach(Progression[] progressions, TileComponent[] components)
            throws ImageRejectedException {
        for (int c = 0; c < components.length; c++) {
            int needed = lastOf(components[c], components[c].resolutions.length);
            int reached = 0;
            for (Progression progression : progressions) {
                if (progression.order() <= PacketOrder.LAST
                        && c >= progression.firstComponent()
                        && c < progression.endComponent()
                        && progression.endLayer() > 0) {
                    int last = lastOf(components[c], progression.endResolution());
                    reached = last >= progression.firstResolution() ? Math.max(reached, last) : reached;
                }
            }
            if (reached < needed) {
                throw Damage.unsupported("with progressions that leave out resolutions of component " + c);
            }
        }
    }

    /** The largest resolution below {@code end} that has packets; 0 if none has. */
    private static int lastOf(TileComponent component, int end) {
        int last = Math.min(end, component.resolutions.length) - 1;
        while (last > 0 && component.resolutions[last].precincts() == 0) {
            last--;
        }
        return Math.max(0, last);
    }

    private void decodeBlocks(byte[] data, TileComponent component, int number) throws ImageRejectedException {
        Area lower = component.resolutions[Math.max(0, number - 1)].area;
        for (Subband subband : component.resolutions[number].subbands) {
            int x = (subband.orientation() & 1) * lower.width() - subband.area().left();
            int y = (subband.orientation() >> 1) * lower.height()
                    - subband.area().top();
            for (Precinct precinct : subband.precincts()) {
                for (int i = 0; precinct != null && i < precinct.blocks.length; i++) {
                    if (precinct.blocks[i] != null) {
                        Area area = precinct.block(i);
                        int style = component.style.blockStyle();
                        blocks.decode(
                                precinct.blocks[i], data, area, subband.orientation(), style, component.regionShift);
                        store(component, subband, area, (y + area.top()) * component.width() + x + area.left());
                    }
                }
            }
        }
    }

    /** @param to index of the block's first coefficient among the component's, which lie as the wavelet expects them */
    private void store(TileComponent component, Subband subband, Area block, int to) {
        int[] from = blocks.coefficients();
        if (component.regionShift > 0) {
            shiftDown(from, block.width() * block.height(), component.regionShift);
        }
        float step = 0.5f * subband.stepSize();
        for (int y = 0, i = 0; y < block.height(); y++) {
            int at = to + y * component.width();
            if (component.style.reversible()) {
                for (int x = 0; x < block.width(); x++) {
                    component.integers[at + x] = from[i++] / 2;
                }
            } else {
                for (int x = 0; x < block.width(); x++) {
                    component.floats[at + x] = from[i++] * step;
                }
            }
        }
    }

    /** Coefficients of a region of interest were shifted above all others. */
    private static void shiftDown(int[] coefficients, int count, int shift) {
        int threshold = 1 << shift;
        for (int i = 0; i < count; i++) {
            int magnitude = Math.abs(coefficients[i]);
            if (magnitude >= threshold) {
                coefficients[i] = Integer.signum(coefficients[i]) * (magnitude >> shift);
            }
        }
    }
}
