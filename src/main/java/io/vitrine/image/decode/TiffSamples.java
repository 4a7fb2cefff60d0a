package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a TIFF's pixel consists of. The kinds are those that Pillow reads.
 *
 * @param kind of its first samples
 * @param bits of each sample
 * @param count of samples, with those that are ignored
 * @param format of numbers
 * @param whiteIsZero whether grey levels are inverted
 * @param reversedBits whether each byte's lowest bit comes first
 */
record TiffSamples(Kind kind, int bits, int count, Format format, boolean whiteIsZero, boolean reversedBits)
        implements Serializable {
    enum Kind {
        GREY,
        RGB,
        /** With alpha that its colours are multiplied with. */
        RGB_PREMULTIPLIED,
        PALETTE,
        CMYK,
        YCBCR,
        /** CIELAB with signed a and b. */
        LAB
    }

    enum Format {
        UNSIGNED,
        SIGNED,
        FLOAT
    }

    private static final int MAX_COUNT = 6; // Pillow's limit
    private static final int SEPARATE = 2;
    private static final int REVERSED = 2;
    private static final int OLD_JPEG = 6;

    private static final int WHITE_IS_ZERO = 0; // photometric interpretations
    private static final int BLACK_IS_ZERO = 1;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int CMYK = 5;
    private static final int YCBCR = 6;
    private static final int CIELAB = 8;

    private static final int UNSPECIFIED = 0; // meanings of extra samples
    private static final int PREMULTIPLIED = 1;
    private static final int ALPHA = 2;
    private static final int COREL_ALPHA = 999;

    /** @throws ImageRejectedException if Pillow does not read such samples */
    static TiffSamples read(TiffTags tags) throws ImageRejectedException {
        boolean oldJpeg = tags.integer(TiffTags.COMPRESSION, 1) == OLD_JPEG; // is YCbCr, whatever the tag says
        long photometric = oldJpeg ? YCBCR : tags.integer(TiffTags.PHOTOMETRIC_INTERPRETATION, 0);
        long count = tags.integer(TiffTags.SAMPLES_PER_PIXEL, oldJpeg ? 3 : 1);
        List<Long> bits = values(tags, TiffTags.BITS_PER_SAMPLE, List.of(1L));
        List<Long> extra = values(tags, TiffTags.EXTRA_SAMPLES, List.of());
        List<Long> formats = values(tags, TiffTags.SAMPLE_FORMAT, List.of(1L));
        boolean planar = tags.first(TiffTags.PLANAR_CONFIGURATION, 1) == SEPARATE;
        if (planar && !extra.isEmpty() && extra.stream().allMatch(value -> value == 0)) {
            bits = bits.subList(0, Math.max(0, bits.size() - extra.size())); // planes that need not be read
            count -= extra.size();
            extra = List.of();
        }
        if (bits.size() > count) {
            bits = bits.subList(0, (int) Math.max(0, count)); // more values than samples
        }
        long order = tags.integer(TiffTags.FILL_ORDER, 1);
        boolean uniform = new HashSet<>(bits).size() == 1
                && (bits.size() == 1 || bits.size() >= count)
                && new HashSet<>(formats).size() == 1
                && (order == 1 || order == REVERSED)
                && count <= MAX_COUNT;
        Optional<Kind> kind = uniform ? kind(photometric, count, extra) : Optional.empty();
        if (planar && count == 4 && extra.isEmpty() && tags.integer(TiffTags.COMPRESSION, 1) != 1) {
            // libtiff names a fourth plane without a meaning, and Pillow then takes it for alpha of this kind
            kind = kind.map(known -> known == Kind.RGB ? Kind.RGB_PREMULTIPLIED : known);
        }
        if (kind.isPresent() && formats.get(0) >= 1 && formats.get(0) <= Format.values().length) {
            TiffSamples samples = new TiffSamples(
                    kind.get(),
                    (int) Math.min(bits.get(0), Byte.MAX_VALUE),
                    (int) count,
                    Format.values()[(int) (formats.get(0) - 1)],
                    photometric == WHITE_IS_ZERO && bits.get(0) <= 8,
                    order == REVERSED);
            if (samples.isSupported(photometric != WHITE_IS_ZERO, extra.isEmpty(), tags.isLittleEndian())) {
                return samples;
            }
        }
        throw new ImageRejectedException(
                RejectionReason.UNSUPPORTED,
                "TIFF with photometric interpretation " + photometric + " and " + count + " samples of "
                        + (bits.isEmpty() ? 0 : bits.get(0)) + " bits is not supported");
    }

    private static Optional<Kind> kind(long photometric, long count, List<Long> extra) {
        boolean plain = extra.isEmpty();
        long alpha = plain ? ALPHA : extra.get(0);
        boolean others = extra.stream().skip(1).allMatch(meaning -> meaning == UNSPECIFIED);
        boolean spare = extra.stream().allMatch(meaning -> meaning == UNSPECIFIED);
        int colours = (int) count - extra.size();
        if (photometric == WHITE_IS_ZERO || photometric == BLACK_IS_ZERO) {
            boolean withAlpha = count == 2 && !plain && alpha == ALPHA && photometric == BLACK_IS_ZERO;
            return Optional.of(Kind.GREY).filter(kind -> colours == 1 && (plain || withAlpha));
        } else if (photometric == RGB) {
            boolean known = alpha == UNSPECIFIED || alpha == PREMULTIPLIED || alpha == ALPHA;
            boolean corel = alpha == COREL_ALPHA && count == 4;
            return Optional.of(alpha == PREMULTIPLIED ? Kind.RGB_PREMULTIPLIED : Kind.RGB)
                    .filter(kind -> colours == 3 && others && (known || corel) || plain && count == 4);
        } else if (photometric == PALETTE) {
            return Optional.of(Kind.PALETTE)
                    .filter(kind -> colours == 1 && count <= 2 && (alpha == ALPHA || alpha == UNSPECIFIED));
        } else if (photometric == CMYK) {
            return Optional.of(Kind.CMYK).filter(kind -> colours == 4 && spare);
        } else if (photometric == YCBCR && count == 1) {
            return Optional.of(Kind.GREY).filter(kind -> plain);
        } else if (photometric == YCBCR) {
            return Optional.of(Kind.YCBCR).filter(kind -> count == 3 && plain);
        }
        return Optional.of(Kind.LAB).filter(kind -> photometric == CIELAB && count == 3 && plain);
    }

    /** @param plain whether no samples follow those of the colour */
    private boolean isSupported(boolean blackIsZero, boolean plain, boolean littleEndian) {
        boolean unsigned = format == Format.UNSIGNED;
        boolean deep = bits == 16;
        return switch (kind) {
            case GREY ->
                count == 1 ? isSupportedGrey(blackIsZero, littleEndian) : bits == 8 && unsigned && !reversedBits;
            case RGB, RGB_PREMULTIPLIED ->
                unsigned && (bits == 8 && (!reversedBits || count == 3) || deep && count <= 4 && !reversedBits);
            case PALETTE ->
                unsigned
                        && (bits == 8 || count == 1 && (bits == 1 || bits == 2 || bits == 4))
                        && (!reversedBits || count == 1);
            case CMYK -> unsigned && (bits == 8 || deep && plain) && !reversedBits;
            case YCBCR, LAB -> unsigned && bits == 8 && !reversedBits;
        };
    }

    private boolean isSupportedGrey(boolean blackIsZero, boolean littleEndian) {
        boolean unsigned = format == Format.UNSIGNED;
        boolean signed = format == Format.SIGNED && blackIsZero && !reversedBits;
        return switch (bits) {
            case 1, 2, 4 -> unsigned;
            case 8 -> unsigned || signed;
            case 12 -> unsigned && blackIsZero && !reversedBits;
            case 16 ->
                signed || unsigned && (blackIsZero || littleEndian) && (!reversedBits || blackIsZero && littleEndian);
            case 32 ->
                signed
                        || format == Format.FLOAT && !reversedBits
                        || unsigned && blackIsZero && littleEndian && !reversedBits;
            default -> false;
        };
    }

    /** Whether Pillow maps uncompressed samples into memory as they are. */
    boolean isMapped() {
        boolean plain = format == Format.UNSIGNED && !whiteIsZero && !reversedBits;
        return plain
                && switch (kind) {
                    case GREY -> count == 1 && (bits == 8 || bits == 16);
                    case PALETTE -> count == 1 && bits == 8;
                    case RGB, CMYK -> count == 4 && bits == 8;
                    default -> false;
                };
    }

    private static List<Long> values(TiffTags tags, int tag, List<Long> defaultValues) throws ImageRejectedException {
        if (!tags.has(tag)) {
            return defaultValues;
        }
        tags.integer(tag, 0);
        List<Long> values = new ArrayList<>();
        for (long i = 0; i < Math.min(tags.count(tag), MAX_COUNT + 1); i++) {
            values.add(tags.value(tag, i));
        }
        return values;
    }
}
