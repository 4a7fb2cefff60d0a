package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.HashSet;
import java.util.Set;

/** Reads the markers before the first tile. */
final class MainHeader {
    private final ByteCursor in;
    private final Set<Integer> seen = new HashSet<>();
    private ImageGrid grid;
    private TileParameters parameters;
    private final PackedHeaders packed = new PackedHeaders();

    /** @param in at the start of the codestream; afterwards behind the first SOT marker */
    MainHeader(ByteCursor in) throws ImageRejectedException {
        this.in = in;
        if (in.u16() != (0xff00 | Marker.SOC)) {
            throw Damage.corrupt("its codestream does not start with SOC");
        }
        int marker = next();
        while (marker != Marker.SOT) {
            if (!Marker.isKnown(marker)) {
                marker = skipUnknown();
                continue;
            }
            readSegment(marker);
            marker = next();
        }
        if (!seen.contains(Marker.SIZ) || !seen.contains(Marker.COD) || !seen.contains(Marker.QCD)) {
            throw Damage.corrupt("its main header lacks one of SIZ, COD and QCD");
        }
    }

    private int next() throws ImageRejectedException {
        int marker = in.u16();
        if (marker < 0xff00) {
            throw Damage.corrupt(String.format("0x%04x where a marker should be", marker));
        }
        return marker & 0xff;
    }

    /** Goes to the next known marker, two bytes at a time, as OpenJPEG does. */
    private int skipUnknown() throws ImageRejectedException {
        while (true) {
            if (grid == null) {
                throw Damage.corrupt("an unknown marker before SIZ");
            }
            int marker = in.u16();
            if (marker >= 0xff00 && Marker.isKnown(marker & 0xff)) {
                return marker & 0xff;
            }
        }
    }

    private void readSegment(int marker) throws ImageRejectedException {
        seen.add(marker);
        if ((grid == null) != (marker == Marker.SIZ) || marker == Marker.PLT || marker == Marker.PPT) {
            throw misplaced(marker);
        }
        FileBytes segment = segment(in);
        switch (marker) {
            case Marker.SIZ -> {
                grid = ImageGrid.read(segment);
                parameters = new TileParameters(grid.components().size());
            }
            case Marker.PPM -> packed.add(segment);
            case Marker.CRG -> {
                if (segment.length() != 4 * grid.components().size()) {
                    throw Damage.corrupt("a CRG marker of " + segment.length() + " bytes");
                }
            }
            case Marker.TLM, Marker.PLM -> {
                if (segment.length() < (marker == Marker.TLM ? 2 : 1)) {
                    throw Damage.corrupt("a marker of lengths that is empty");
                }
            }
            case Marker.CAP, Marker.CPF -> {} // announce high throughput, which code blocks then have
            default -> readParameters(marker, segment, parameters);
        }
    }

    /** Reads a marker that main headers and headers of tiles have in common. */
    static void readParameters(int marker, FileBytes segment, TileParameters parameters) throws ImageRejectedException {
        switch (marker) {
            case Marker.COD -> parameters.readCod(segment);
            case Marker.COC -> parameters.readCoc(segment);
            case Marker.QCD -> parameters.readQcd(segment);
            case Marker.QCC -> parameters.readQcc(segment);
            case Marker.RGN -> parameters.readRgn(segment);
            case Marker.POC -> parameters.readPoc(segment);
            case Marker.COM -> {}
            case Marker.MCT, Marker.MCC, Marker.MCO, Marker.CBD ->
                throw Damage.unsupported("with component transforms of its part 2");
            default -> throw misplaced(marker);
        }
    }

    static FileBytes segment(ByteCursor in) throws ImageRejectedException {
        int length = in.u16();
        if (length < 2) {
            throw Damage.corrupt("a marker segment of " + length + " bytes");
        }
        return in.part(length - 2);
    }

    static ImageRejectedException misplaced(int marker) {
        return Damage.corrupt(String.format("marker 0xff%02x is where it must not be", marker));
    }

    ImageGrid grid() {
        return grid;
    }

    TileParameters parameters() {
        return parameters;
    }

    PackedHeaders packedHeaders() {
        return packed;
    }
}
