package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/**
 * A PNG's header chunk, orientation and end.
 *
 * @param bitDepth bits per sample
 * @param colourType 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha
 * @param hasEnd whether there is an end chunk
 */
record PngHeader(
        int width, int height, int orientation, int bitDepth, int colourType, boolean hasEnd, Completeness completeness)
        implements ImageHeader {
    private static final int GREY = 0;
    private static final int GREY_ALPHA = 4;

    @Override
    public ImageFormat format() {
        return ImageFormat.PNG;
    }

    /** Whether samples are grey levels without alpha; a transparent grey level is not alpha. */
    boolean isGrey() {
        return colourType == GREY;
    }

    boolean isDeepGrey() {
        return bitDepth == 16 && (colourType == GREY || colourType == GREY_ALPHA);
    }

    static PngHeader read(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.bigEndian(file);
        if (!file.matches(12, "IHDR")) {
            throw new ImageRejectedException(
                    file.length() < 29 ? RejectionReason.TRUNCATED : RejectionReason.CORRUPT,
                    "PNG does not start with a header chunk (IHDR)");
        }
        long width = in.u32(16);
        long height = in.u32(20);
        if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "PNG header says " + width + " x " + height + " pixels");
        }
        int bitDepth = in.u8(24);
        int colourType = in.u8(25);
        Chunks chunks = Chunks.read(file, in);
        return new PngHeader(
                (int) width,
                (int) height,
                PngMetadata.orientation(file),
                bitDepth,
                colourType,
                chunks.hasEnd,
                chunks.isComplete ? Completeness.COMPLETE : Completeness.END_MISSING);
    }

    /** @param isComplete whether no chunk reaches past the end of the file. Pillow does not need the end chunk. */
    private record Chunks(boolean hasEnd, boolean isComplete) {

        static Chunks read(FileBytes file, ByteReader in) throws ImageRejectedException {
            boolean hasEnd = false;
            long at = 8;
            while (!hasEnd && at + 8 <= file.length()) {
                long next = at + 12 + in.u32(at);
                hasEnd = file.matches(at + 4, "IEND");
                at = next;
            }
            boolean isComplete = hasEnd ? at <= file.length() : at == file.length();
            return new Chunks(hasEnd, isComplete);
        }
    }
}
