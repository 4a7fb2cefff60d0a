package io.vitrine.image.decode;

/** The header of a container that has an image of another format in it, stored upright. */
interface EmbeddedHeader extends ImageHeader {
    ImageHeader embedded();

    @Override
    default int width() {
        return embedded().width();
    }

    @Override
    default int height() {
        return embedded().height();
    }

    @Override
    default Completeness completeness() {
        return embedded().completeness();
    }

    @Override
    default long paddedPixels() {
        return embedded().paddedPixels();
    }

    @Override
    default long scannedPixels() {
        return embedded().scannedPixels();
    }

    @Override
    default long dataBytes() {
        return embedded().dataBytes();
    }
}
