package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.List;
import java.util.Optional;

/** Reads the properties of HEIF items. */
final class HeifProperties {
    private static final String ALPHA = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";
    private static final String ALPHA_OF_HEVC = "urn:mpeg:hevc:2015:auxid:1";
    private static final int MAX_DEPTHS = 4;
    private static final int MAX_SIDE = 32_768; // the limit of libavif and of libheif

    private HeifProperties() {}

    /** {@code property} itself, unless its fields are out of their ranges. */
    static Box checked(FileBytes file, Box property) throws ImageRejectedException {
        IsoCursor in = IsoCursor.in(file, property);
        boolean valid =
                switch (property.type()) {
                    case "ispe" -> in.version(0) == 0 && in.remaining() >= 8;
                    case "auxC" -> in.version(0) == 0 && in.string() != null;
                    case "colr" -> isColour(in);
                    case "av1C" -> in.u32() >>> 24 == 0x81;
                    case "irot" -> in.u8() <= 3;
                    case "imir" -> in.u8() <= 1;
                    case "pixi" -> isDepths(in);
                    case "pasp" -> in.remaining() >= 8;
                    case "clap" -> in.remaining() >= 32;
                    case "a1op" -> in.u8() <= 31;
                    case "lsel" -> isLayer(in.u16());
                    case "a1lx" -> in.remaining() >= (in.u8() <= 1 ? 6 : Integer.MAX_VALUE);
                    default -> true;
                };
        if (!valid) {
            throw HeifItems.corrupt("property " + property.type() + " is out of range, at byte " + property.start());
        }
        return property;
    }

    private static boolean isLayer(int layer) {
        return layer < 4 || layer == 0xffff;
    }

    private static boolean isColour(IsoCursor in) throws ImageRejectedException {
        return switch (in.code()) {
            case "nclx" -> {
                in.skip(6);
                yield (in.u8() & 0x7f) == 0;
            }
            case "rICC", "prof" -> in.remaining() > 0;
            default -> true;
        };
    }

    private static boolean isDepths(IsoCursor in) throws ImageRejectedException {
        in.version(0);
        int count = in.u8();
        int first = count < 1 || count > MAX_DEPTHS ? 0 : in.u8();
        boolean same = first >= 1 && first <= 16;
        for (int i = 1; i < count && same; i++) {
            same = in.u8() == first;
        }
        return same;
    }

    /** The size of an item, which must have one. */
    static Size size(FileBytes file, HeifItem item) throws ImageRejectedException {
        Optional<Box> property = item.property("ispe");
        if (property.isEmpty()) {
            throw HeifItems.corrupt("item " + item.number + " has no size");
        }
        IsoCursor in = IsoCursor.in(file, property.get());
        in.version(0);
        long width = in.u32();
        long height = in.u32();
        if (width < 1 || height < 1) {
            throw HeifItems.corrupt("item " + item.number + " has " + width + " x " + height + " pixels");
        }
        if (Math.max(width, height) > MAX_SIDE) {
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE,
                    width + " x " + height + " pixels; the limit of HEIF is " + MAX_SIDE + " pixels per side");
        }
        return new Size((int) height, (int) width);
    }

    static boolean isAlpha(FileBytes file, HeifItem item) throws ImageRejectedException {
        Optional<Box> property = item.property("auxC");
        if (property.isEmpty()) {
            return false;
        }
        IsoCursor in = IsoCursor.in(file, property.get());
        in.version(0);
        int kind = in.position(); // in place: many items may share a long text
        return file.matches(kind, ALPHA + "\0") || file.matches(kind, ALPHA_OF_HEVC + "\0");
    }

    /** The colour space that the properties name, if they do. */
    static Optional<YuvColour> colour(FileBytes file, List<Box> properties) throws ImageRejectedException {
        Optional<YuvColour> colour = Optional.empty();
        boolean profile = false;
        for (Box property : properties) {
            if (!property.is("colr")) {
                continue;
            }
            IsoCursor in = IsoCursor.in(file, property);
            String kind = in.code();
            boolean isProfile = kind.equals("rICC") || kind.equals("prof");
            if (isProfile && profile || kind.equals("nclx") && colour.isPresent()) {
                throw HeifItems.corrupt("image has two colour spaces");
            }
            profile |= isProfile;
            if (kind.equals("nclx")) {
                int primaries = in.u16();
                in.skip(2);
                int matrix = in.u16();
                colour = Optional.of(YuvColour.of(primaries, matrix, in.u8() >> 7 != 0));
            }
        }
        return colour;
    }

    /** The EXIF orientation that the rotation and mirroring of an image amount to. */
    static int orientation(FileBytes file, List<Box> properties) throws ImageRejectedException {
        int turns = 0; // quarters, to the left
        int axis = -1;
        for (Box property : properties) {
            if (property.is("irot") && turns == 0) {
                turns = IsoCursor.in(file, property).u8();
            } else if (property.is("imir") && axis < 0) {
                axis = IsoCursor.in(file, property).u8();
            }
        }
        return switch (turns) {
            case 1 -> axis < 0 ? 8 : axis == 0 ? 5 : 7;
            case 2 -> axis < 0 ? 3 : axis == 0 ? 2 : 4;
            case 3 -> axis < 0 ? 6 : axis == 0 ? 7 : 5;
            default -> axis < 0 ? 1 : axis == 0 ? 4 : 2;
        };
    }

    /** Bits per sample by the codec's configuration, which must agree with the depths that the item names. */
    static int depth(FileBytes file, List<Box> properties) throws ImageRejectedException {
        int depth = 0;
        for (Box property : properties) {
            if (property.is("av1C") && depth == 0) {
                int flags = file.at(property.start() + 2);
                depth = (flags & 0x40) == 0 ? 8 : (flags & 0x20) == 0 ? 10 : 12;
            }
        }
        if (depth == 0) {
            throw HeifItems.corrupt("image has no configuration of its codec");
        }
        for (Box property : properties) {
            if (property.is("pixi") && file.at(property.start() + 5) != depth) {
                throw HeifItems.corrupt("image has " + depth + " bits per sample, and " + file.at(property.start() + 5)
                        + " by another property");
            }
        }
        return depth;
    }

    static void refuseLayers(HeifItem item) throws ImageRejectedException {
        for (String property : List.of("a1op", "lsel", "a1lx")) {
            if (item.property(property).isPresent()) {
                throw new ImageRejectedException(
                        RejectionReason.UNSUPPORTED, "an AVIF of several layers (property " + property + ")");
            }
        }
    }
}
