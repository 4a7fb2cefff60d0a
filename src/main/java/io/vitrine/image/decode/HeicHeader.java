package io.vitrine.image.decode;

import io.vitrine.Size;

/**
 * The header of a HEIC, whose size is that after turning and cropping.
 *
 * @param codedSize of the image that the tiles make, before it is turned and cropped
 * @param colour that the container names; if {@link YuvColour#UNNAMED}, the coded image's counts
 * @param alphaSize of the image that the tiles of alpha make
 * @param paddedPixels of the decoder's pictures, and of their copies while they are turned
 */
record HeicHeader(
        Size codedSize,
        HeicTransforms transforms,
        YuvColour colour,
        HeifTiles tiles,
        HeifTiles alphaTiles,
        Size alphaSize,
        long paddedPixels)
        implements ImageHeader {
    @Override
    public ImageFormat format() {
        return ImageFormat.HEIC;
    }

    @Override
    public int width() {
        return transforms.size().width();
    }

    @Override
    public int height() {
        return transforms.size().height();
    }

    /** Tiles may share bytes. */
    @Override
    public long dataBytes() {
        return tiles.dataBytes() + alphaTiles.dataBytes();
    }

    @Override
    public long scannedPixels() {
        return paddedPixels;
    }

    /** Missing bytes are found while the header is read. */
    @Override
    public Completeness completeness() {
        return Completeness.COMPLETE;
    }
}
