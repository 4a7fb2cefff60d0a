package io.vitrine.soak;

import io.vitrine.RejectionReason;
import io.vitrine.image.Pictures;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One of the images of {@link SoakFileSystem}, known by its number: a small picture, or with a chance of one in a hundred each a
 * file that is no good picture, or one that the store does not deliver as it should.
 *
 * @param kind what becomes of it
 * @param bytes the content; shared by many images, so do not modify it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SoakImage(Kind kind, byte[] bytes) {
    private static final long SEED = 18;
    private static final int PERCENT = 100;
    private static final int PICTURES = 512;
    private static final byte[][] DRAWN =
            IntStream.range(0, PICTURES).mapToObj(SoakImage::draw).toArray(byte[][]::new);

    /** What becomes of an image. */
    enum Kind {
        OK("ok"),
        EMPTY(RejectionReason.EMPTY),
        NOT_AN_IMAGE(RejectionReason.NOT_AN_IMAGE),
        TRUNCATED(RejectionReason.TRUNCATED),
        CORRUPT(RejectionReason.CORRUPT),
        UNSUPPORTED(RejectionReason.UNSUPPORTED),
        /** Listed, and gone when it is read. */
        MISSING(RejectionReason.MISSING),
        /** Replaced after it was listed. */
        CHANGED(RejectionReason.CHANGED),
        /** The store denies access to it. */
        DENIED(RejectionReason.UNREADABLE),
        /** Every read of it fails. */
        FAILING(RejectionReason.UNREADABLE),
        /** The first answer ends in the middle. */
        CUT_ONCE("ok");

        private static final Kind[] JUNK = {EMPTY, NOT_AN_IMAGE, TRUNCATED, CORRUPT, UNSUPPORTED};
        private static final Kind[] FAULTS = {MISSING, CHANGED, DENIED, FAILING, CUT_ONCE};

        private final String status;

        Kind(RejectionReason reason) {
            this(reason.status());
        }

        Kind(String status) {
            this.status = status;
        }

        /** The value of the column {@code status}. */
        String status() {
            return status;
        }
    }

    /** The image number {@code number}, the same in every process. */
    static SoakImage of(int number) {
        SplittableRandom random = new SplittableRandom(SEED + number);
        int percent = random.nextInt(PERCENT);
        Kind kind =
                switch (percent) {
                    case 0 -> Kind.JUNK[random.nextInt(Kind.JUNK.length)];
                    case 1 -> Kind.FAULTS[random.nextInt(Kind.FAULTS.length)];
                    default -> Kind.OK;
                };
        return new SoakImage(kind, bytes(kind, random.nextInt(PICTURES)));
    }

    private static byte[] bytes(Kind kind, int picture) {
        byte[] drawn = DRAWN[picture];
        return switch (kind) {
            case EMPTY -> new byte[0];
            case NOT_AN_IMAGE -> ("not an image " + picture).getBytes(StandardCharsets.US_ASCII);
            case TRUNCATED -> Arrays.copyOf(drawn, drawn.length / 2);
            case CORRUPT -> withUnknownCompression(DRAWN[picture | 1]);
            case UNSUPPORTED -> "\0\0\0\u001cftypheic\0\0\0\0mif1heicmiaf".getBytes(StandardCharsets.ISO_8859_1);
            default -> drawn;
        };
    }

    /** A JPEG if {@code picture} is even, else a PNG. */
    private static byte[] draw(int picture) {
        int side = 24 + picture % 17;
        return Pictures.drawn(picture % 2 == 0 ? "jpg" : "png", side, 64 - side, picture);
    }

    /** A PNG whose compressed data begins with a method that does not exist. */
    private static byte[] withUnknownCompression(byte[] png) {
        byte[] damaged = png.clone();
        damaged[8 + 25 + 8] = 0; // after the signature, the header chunk, and the length and name of the data chunk
        return damaged;
    }
}
