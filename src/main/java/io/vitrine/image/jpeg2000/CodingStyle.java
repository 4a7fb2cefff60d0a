package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;

/**
 * How a component of a tile is divided and coded, from a COD or COC marker.
 *
 * @param resolutions one more than wavelet levels; from 1 to 33
 * @param blockWidthBits log2 of the width of a code block
 * @param blockHeightBits log2 of the height of a code block
 * @param blockStyle flags, see the constants
 * @param reversible whether the wavelet is the 5/3 one, of integers
 * @param precincts a byte for each resolution: log2 of a precinct's width in the low half, of its height in the high half
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CodingStyle(
        int resolutions,
        int blockWidthBits,
        int blockHeightBits,
        int blockStyle,
        boolean reversible,
        byte[] precincts) {
    /** Some passes are stored without arithmetic coding. */
    static final int BYPASS = 1;
    /** Contexts are reset after each pass. */
    static final int RESET = 2;
    /** Each pass has a segment of its own. */
    static final int TERMINATE_ALL = 4;
    /** Contexts do not look into the next stripe. */
    static final int VERTICALLY_CAUSAL = 8;
    /** Four symbols end each cleanup pass. */
    static final int SEGMENTATION_SYMBOLS = 32;

    private static final int HIGH_THROUGHPUT = 64;
    private static final int MIXED_HIGH_THROUGHPUT = 128;
    private static final int MAX_RESOLUTIONS = 33;
    private static final int MAX_SIDE_BITS = 10;
    private static final int MAX_AREA_BITS = 12;

    /** Reads the rest of a marker segment. */
    static CodingStyle read(FileBytes segment, int offset, boolean hasPrecincts) throws ImageRejectedException {
        int length = segment.length() - offset;
        if (length < 5) {
            throw Damage.corrupt("a coding style of " + length + " bytes");
        }
        int resolutions = segment.at(offset) + 1;
        int widthBits = segment.at(offset + 1) + 2;
        int heightBits = segment.at(offset + 2) + 2;
        int style = segment.at(offset + 3);
        int wavelet = segment.at(offset + 4);
        if (resolutions > MAX_RESOLUTIONS) {
            throw Damage.corrupt(resolutions + " resolutions; the standard allows " + MAX_RESOLUTIONS);
        }
        if (widthBits > MAX_SIDE_BITS || heightBits > MAX_SIDE_BITS || widthBits + heightBits > MAX_AREA_BITS) {
            throw Damage.corrupt("code blocks of 2^" + widthBits + " x 2^" + heightBits);
        }
        if ((style & MIXED_HIGH_THROUGHPUT) != 0 || wavelet > 1) {
            throw Damage.corrupt("code blocks of style " + style + " and wavelet " + wavelet);
        }
        if ((style & HIGH_THROUGHPUT) != 0) {
            throw Damage.unsupported("with high-throughput code blocks (HTJ2K)");
        }
        byte[] precincts = new byte[resolutions];
        if (length != (hasPrecincts ? 5 + resolutions : 5)) {
            throw Damage.corrupt("a coding style of " + length + " bytes for " + resolutions + " resolutions");
        }
        for (int i = 0; i < resolutions; i++) {
            int bits = hasPrecincts ? segment.at(offset + 5 + i) : 0xff;
            if (i > 0 && ((bits & 15) == 0 || bits < 16)) {
                throw Damage.corrupt("precincts of one sample, in which subbands have none");
            }
            precincts[i] = (byte) bits;
        }
        return new CodingStyle(resolutions, widthBits, heightBits, style, wavelet == 1, precincts);
    }

    int precinctWidthBits(int resolution) {
        return precincts[resolution] & 15;
    }

    int precinctHeightBits(int resolution) {
        return precincts[resolution] >> 4 & 15;
    }
}
