package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** Decodes old-style JPEG (compression 6) of strips: libtiff repeats chroma where libjpeg would smooth it. */
final class TiffOldJpeg {
    private static final int RGB = 2; // photometric interpretations
    private static final int YCBCR = 6;

    private TiffOldJpeg() {}

    /** Fills {@code rgb}, (height, width, 3). */
    static void decode(FileBytes file, TiffTags tags, TiffHeader header, byte[] rgb) throws ImageRejectedException {
        if (header.parts().tiled() || header.parts().planes() > 1) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED, "TIFF with tiles or planes of old-style JPEG is not supported");
        }
        long photometric = tags.first(TiffTags.PHOTOMETRIC_INTERPRETATION, YCBCR);
        boolean colour = photometric == YCBCR || photometric == RGB; // taken for YCbCr
        if (colour != (header.samples().count() == 3)) {
            throw TiffParts.corrupt("TIFF of " + header.samples().count()
                    + " samples in old-style JPEG has photometric interpretation " + photometric);
        }
        FileBytes jpeg = TiffOldJpegStream.of(file, tags, header);
        JpegPlanes planes = JpegPlanes.decode(
                jpeg, header.width(), header.height(), header.samples().count());
        TiffYcbcr ycbcr = new TiffYcbcr(tags);
        for (int y = 0, at = 0; y < header.height(); y++) {
            int luma = y * planes.stride(0);
            for (int x = 0; x < header.width(); x++, at += 3) {
                byte level = planes.levels(0)[luma + x];
                if (planes.count() == 1) {
                    rgb[at] = level;
                    rgb[at + 1] = level;
                    rgb[at + 2] = level;
                } else {
                    int chroma = y / planes.vertical() * planes.stride(1) + x / planes.horizontal();
                    ycbcr.convert(level, planes.levels(1)[chroma], planes.levels(2)[chroma], rgb, at);
                }
            }
        }
    }
}
