package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.Arrays;

/**
 * How tiles are coded, from the markers of the main header or of a tile. Later markers replace earlier ones as in OpenJPEG: a COD
 * replaces COCs before it.
 */
final class TileParameters {
    /** Packets of some components and resolutions, in an order: from a POC marker, or all there are. */
    record Progression(
            int order, int firstResolution, int endResolution, int firstComponent, int endComponent, int endLayer) {}

    private static final int MAX_PROGRESSIONS = 31;
    private static final int PRECINCTS = 1;
    private static final int SOP = 2;
    private static final int EPH = 4;
    static final int UNKNOWN_ORDER = -1;

    private final CodingStyle[] styles;
    private final Quantization[] quantizations;
    private final int[] regionShifts;
    private int flags;
    private int order;
    private int layers;
    private boolean colourTransform;
    private Progression[] progressions = {};

    TileParameters(int components) {
        this.styles = new CodingStyle[components];
        this.quantizations = new Quantization[components];
        Arrays.fill(quantizations, Quantization.NONE);
        this.regionShifts = new int[components];
    }

    private TileParameters(TileParameters other) {
        this.styles = other.styles.clone();
        this.quantizations = other.quantizations.clone();
        this.regionShifts = other.regionShifts.clone();
        this.flags = other.flags;
        this.order = other.order;
        this.layers = other.layers;
        this.colourTransform = other.colourTransform;
        this.progressions = other.progressions;
    }

    TileParameters copy() {
        return new TileParameters(this);
    }

    void readCod(FileBytes segment) throws ImageRejectedException {
        if (segment.length() < 5 || (segment.at(0) & ~7) != 0) {
            throw Damage.corrupt("a COD marker of " + segment.length() + " bytes with unknown flags or none");
        }
        flags = segment.at(0);
        order = segment.at(1) > PacketOrder.LAST ? UNKNOWN_ORDER : segment.at(1);
        layers = segment.at(2) << 8 | segment.at(3);
        if (layers == 0 || segment.at(4) > 1) {
            throw Damage.corrupt(layers + " layers and component transform " + segment.at(4));
        }
        colourTransform = segment.at(4) == 1;
        Arrays.fill(styles, CodingStyle.read(segment, 5, (flags & PRECINCTS) != 0));
    }

    void readCoc(FileBytes segment) throws ImageRejectedException {
        if (segment.length() < 2) {
            throw Damage.corrupt("a COC marker of " + segment.length() + " bytes");
        }
        styles[component(segment)] = CodingStyle.read(segment, 2, (segment.at(1) & PRECINCTS) != 0);
    }

    void readQcd(FileBytes segment) throws ImageRejectedException {
        Arrays.fill(quantizations, Quantization.read(segment, 0, quantizations[0]));
    }

    void readQcc(FileBytes segment) throws ImageRejectedException {
        int component = component(segment);
        quantizations[component] = Quantization.read(segment, 1, quantizations[component]);
    }

    void readRgn(FileBytes segment) throws ImageRejectedException {
        if (segment.length() != 3) {
            throw Damage.corrupt("an RGN marker of " + segment.length() + " bytes");
        }
        regionShifts[component(segment)] = segment.at(2);
    }

    void readPoc(FileBytes segment) throws ImageRejectedException {
        int count = segment.length() / 7;
        int known = progressions.length;
        if (count == 0 || segment.length() % 7 != 0 || known + count > MAX_PROGRESSIONS) {
            throw Damage.corrupt("a POC marker of " + segment.length() + " bytes after " + known + " progressions");
        }
        progressions = Arrays.copyOf(progressions, known + count);
        for (int i = 0; i < count; i++) {
            int at = 7 * i;
            progressions[known + i] = new Progression(
                    segment.at(at + 6),
                    segment.at(at),
                    segment.at(at + 4),
                    segment.at(at + 1),
                    Math.min(segment.at(at + 5), styles.length),
                    Math.min(segment.at(at + 2) << 8 | segment.at(at + 3), layers));
        }
    }

    private int component(FileBytes segment) throws ImageRejectedException {
        int component = segment.length() == 0 ? -1 : segment.at(0);
        if (component < 0 || component >= styles.length) {
            throw Damage.corrupt("a marker for component " + component + " of " + styles.length);
        }
        return component;
    }

    /** The progressions of a tile, one after the other. */
    Progression[] progressions() {
        if (progressions.length > 0) {
            Progression[] limited = progressions.clone();
            for (int i = 0; i < limited.length; i++) {
                Progression p = limited[i];
                limited[i] = new Progression(
                        p.order,
                        p.firstResolution,
                        p.endResolution,
                        p.firstComponent,
                        p.endComponent,
                        Math.min(p.endLayer, layers));
            }
            return limited;
        }
        int resolutions =
                Arrays.stream(styles).mapToInt(CodingStyle::resolutions).max().orElse(0);
        return new Progression[] {new Progression(order, 0, resolutions, 0, styles.length, layers)};
    }

    CodingStyle style(int component) {
        return styles[component];
    }

    Quantization quantization(int component) {
        return quantizations[component];
    }

    /** Bits by which coefficients of a region of interest are shifted up. */
    int regionShift(int component) {
        return regionShifts[component];
    }

    boolean hasColourTransform() {
        return colourTransform;
    }

    boolean hasPacketStarts() {
        return (flags & SOP) != 0;
    }

    boolean hasHeaderEnds() {
        return (flags & EPH) != 0;
    }
}
