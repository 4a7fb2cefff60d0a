package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.Arrays;
import java.util.Optional;

/**
 * The header of a PNM.
 *
 * @param maxValue the value of white, from 1 to 65535; 1 if the kind has none
 * @param dataOffset of the first sample
 */
record PnmHeader(Kind kind, int width, int height, int maxValue, int dataOffset, Completeness completeness)
        implements ImageHeader {
    private static final int MAX_VALUE = 65_535;

    /** How samples are written. */
    enum Kind {
        PLAIN_BITMAP("P1", 1),
        PLAIN_GREY("P2", 1),
        PLAIN_COLOUR("P3", 3),
        BITMAP("P4", 1),
        GREY("P5", 1),
        COLOUR("P6", 3),
        CMYK("P0CMYK", 4),
        FLOAT_LITTLE_ENDIAN("Pf", 1),
        FLOAT_BIG_ENDIAN("Pf", 1);

        private final String signature;
        final int channels;

        Kind(String signature, int channels) {
            this.signature = signature;
            this.channels = channels;
        }

        boolean isFloat() {
            return this == FLOAT_LITTLE_ENDIAN || this == FLOAT_BIG_ENDIAN;
        }
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.PNM;
    }

    /** The kind by the signature, which white space ends. */
    static Optional<Kind> kind(FileBytes file) {
        return Arrays.stream(Kind.values())
                .filter(kind -> file.matches(0, kind.signature))
                .filter(kind -> kind == Kind.CMYK
                        || file.length() > kind.signature.length() && PnmText.isSpace(file.at(kind.signature.length())))
                .findFirst();
    }

    static PnmHeader read(FileBytes file) throws ImageRejectedException {
        Kind kind = kind(file).orElseThrow();
        PnmText text = new PnmText(file, kind.signature.length());
        int width = side(text);
        int height = side(text);
        int maxValue = 1;
        if (kind.isFloat()) {
            kind = PnmText.real(text.headerToken()) < 0 ? Kind.FLOAT_LITTLE_ENDIAN : Kind.FLOAT_BIG_ENDIAN;
        } else if (kind != Kind.BITMAP && kind != Kind.PLAIN_BITMAP) {
            maxValue = (int) Math.min(Integer.MAX_VALUE, text.headerInteger());
            if (maxValue < 1 || maxValue > MAX_VALUE) {
                throw new ImageRejectedException(
                        RejectionReason.CORRUPT,
                        "PNM header says a white of " + maxValue + "; it is 1 to " + MAX_VALUE);
            }
        }
        PnmHeader header = new PnmHeader(kind, width, height, maxValue, text.position(), Completeness.COMPLETE);
        return header.dataOffset + header.minDataBytes() <= file.length()
                ? header
                : new PnmHeader(kind, width, height, maxValue, header.dataOffset, Completeness.TRUNCATED);
    }

    private static int side(PnmText text) throws ImageRejectedException {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, text.headerInteger()));
    }

    int bytesPerSample() {
        return kind.isFloat() ? 4 : maxValue < 256 ? 1 : 2;
    }

    /** Bytes that the samples take: exactly for binary kinds, at least for plain text. */
    private double minDataBytes() {
        double rowBytes = Math.ceil(width / 8.0);
        double samples = (double) width * height * kind.channels;
        return switch (kind) {
            case PLAIN_BITMAP -> samples;
            case PLAIN_GREY, PLAIN_COLOUR -> 2 * samples - 1;
            case BITMAP -> rowBytes * height;
            default -> samples * bytesPerSample();
        };
    }
}
