package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of an AVIF.
 *
 * @param tiles the coded images that make it
 * @param alphaTiles the same of its alpha; none if it has none
 * @param scannedPixels of all coded frames
 */
record AvifHeader(
        int width,
        int height,
        int orientation,
        YuvColour colour,
        AlphaKind alpha,
        HeifTiles tiles,
        HeifTiles alphaTiles,
        long paddedPixels,
        long scannedPixels)
        implements ImageHeader {
    /** Stills have one. libaom keeps a picture for each hidden frame that others may refer to. */
    private static final int MAX_FRAMES = 4;

    /** Tiles may share bytes. */
    @Override
    public long dataBytes() {
        return tiles.dataBytes() + alphaTiles.dataBytes();
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.AVIF;
    }

    /** Missing bytes are found while the header is read. */
    @Override
    public Completeness completeness() {
        return Completeness.COMPLETE;
    }

    /**
     * Checks the coded images.
     *
     * @param properties of the image
     * @param xmpOrientation what counts if the image is neither turned nor mirrored
     */
    static AvifHeader of(
            FileBytes file,
            Size size,
            HeifTiles tiles,
            List<Box> properties,
            HeifTiles alphaTiles,
            boolean premultiplied,
            int xmpOrientation)
            throws ImageRejectedException {
        List<HeifTile> all = new ArrayList<>(tiles.row());
        all.addAll(alphaTiles.row());
        HeifTiles.checkSharing(tiles.dataBytes() + alphaTiles.dataBytes(), file.length());
        YuvColour colour = null;
        long padded = 0;
        long scanned = 0;
        for (HeifTile tile : all) {
            Av1Sequence sequence = Av1Sequence.read(tile.data().bytes(file));
            if (sequence.width() != tile.size().width()
                    || sequence.height() != tile.size().height()) {
                throw new ImageRejectedException(
                        RejectionReason.UNSUPPORTED,
                        "an AVIF of " + tile.size().width() + " x "
                                + tile.size().height() + " pixels, coded as " + sequence.width() + " x "
                                + sequence.height());
            }
            if (sequence.frames() > MAX_FRAMES) {
                throw new ImageRejectedException(
                        RejectionReason.UNSUPPORTED,
                        "an AVIF of " + sequence.frames() + " coded frames; the limit is " + MAX_FRAMES);
            }
            colour = colour == null ? sequence.colour() : colour;
            long pixels = (long) sequence.width() * sequence.height();
            padded += tiles.row().contains(tile) ? pixels : 0;
            scanned += pixels * sequence.frames();
        }
        int turned = HeifProperties.orientation(file, properties);
        return new AvifHeader(
                size.width(),
                size.height(),
                turned == 1 && xmpOrientation > 0 ? xmpOrientation : turned,
                HeifProperties.colour(file, properties).orElse(colour),
                alphaTiles.row().isEmpty()
                        ? AlphaKind.NONE
                        : premultiplied ? AlphaKind.PREMULTIPLIED : AlphaKind.STRAIGHT,
                tiles,
                alphaTiles,
                padded,
                scanned);
    }
}
