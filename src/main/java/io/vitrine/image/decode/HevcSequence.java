package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;

/**
 * What a sequence parameter set of an HEVC stream says.
 *
 * @param coded size of the decoder's picture, in whole coding blocks
 * @param shown size of the part that is shown
 */
record HevcSequence(Size coded, Size shown) {
    private static final int MAX_SIDE = 32_768; // libheif's limit
    private static final int MAX_IDS = 15;
    private static final int MAX_EXTRA_DEPTH = 4; // FFmpeg decodes up to 12 bits
    private static final int PROFILE_BITS = 88;
    private static final int LEVEL_BITS = 8;

    /**
     * Reads a parameter set up to its depths.
     *
     * @param unit the unit, without its header of two bytes
     */
    static HevcSequence read(FileBytes unit) throws ImageRejectedException {
        BitReader in = new BitReader(unescaped(unit));
        in.skip(4);
        int subLayers = in.read(3);
        in.skip(1);
        skipProfile(in, subLayers);
        in.exponential(MAX_IDS);
        int chroma = in.exponential(3);
        if (chroma == 3 && in.flag()) {
            throw unsupported("with separate planes of colour");
        }
        int width = in.exponential(MAX_SIDE);
        int height = in.exponential(MAX_SIDE);
        int shownWidth = width;
        int shownHeight = height;
        if (in.flag()) {
            int unitX = chroma == 1 || chroma == 2 ? 2 : 1;
            int unitY = chroma == 1 ? 2 : 1;
            shownWidth -= unitX * (in.exponential(MAX_SIDE) + in.exponential(MAX_SIDE));
            shownHeight -= unitY * (in.exponential(MAX_SIDE) + in.exponential(MAX_SIDE));
        }
        if (shownWidth < 1 || shownHeight < 1) {
            throw HeifItems.corrupt("stream shows " + shownWidth + " x " + shownHeight + " pixels");
        }
        int depth = in.exponential(8);
        int chromaDepth = in.exponential(8);
        if (depth > MAX_EXTRA_DEPTH || chroma != 0 && depth != chromaDepth) {
            throw unsupported("of " + (8 + depth) + " bits per sample, and " + (8 + chromaDepth) + " of chroma");
        }
        return new HevcSequence(new Size(height, width), new Size(shownHeight, shownWidth));
    }

    private static void skipProfile(BitReader in, int subLayers) throws ImageRejectedException {
        in.skip(PROFILE_BITS + LEVEL_BITS);
        int bits = 0;
        for (int i = 0; i < (subLayers == 0 ? 0 : 8); i++) { // there are flags for 8 if there are any
            bits += (in.flag() ? PROFILE_BITS : 0) + (in.flag() ? LEVEL_BITS : 0);
        }
        in.skip(bits);
    }

    /** Without the 3 after two zeros, which keeps the data from looking like a start code. */
    private static FileBytes unescaped(FileBytes unit) {
        byte[] bytes = new byte[unit.length()];
        int length = 0;
        int zeros = 0;
        for (int i = 0; i < unit.length(); i++) {
            int value = unit.at(i);
            if (zeros >= 2 && value == 3) {
                zeros = 0;
                continue;
            }
            zeros = value == 0 ? zeros + 1 : 0;
            bytes[length++] = (byte) value;
        }
        return new FileBytes(bytes, 0, length);
    }

    private static ImageRejectedException unsupported(String what) {
        return new ImageRejectedException(RejectionReason.UNSUPPORTED, "HEVC " + what);
    }
}
