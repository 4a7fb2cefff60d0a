package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** A PNG's size and orientation. */
record PngHeader(int width, int height, int orientation) implements ImageHeader {
    @Override
    public ImageFormat format() {
        return ImageFormat.PNG;
    }

    /** Decoding shows whether the pixels are complete. */
    @Override
    public Completeness completeness() {
        return Completeness.COMPLETE;
    }

    static PngHeader read(FileBytes file) throws ImageRejectedException {
        PngChunkRules layout = PngStream.open(file).layout();
        if (layout.width() > Integer.MAX_VALUE || layout.height() > Integer.MAX_VALUE) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "PNG header says " + layout.width() + " x " + layout.height() + " pixels");
        }
        return new PngHeader((int) layout.width(), (int) layout.height(), PngMetadata.orientation(file, layout));
    }
}
