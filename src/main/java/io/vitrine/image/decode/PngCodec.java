package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;

/**
 * Decodes the first image of a PNG. {@link PngStream} judges the file, {@link PngRows} decodes the pixels. libpng would refuse
 * much that Pillow reads, such as wrong checksums behind the pixels.
 */
final class PngCodec implements ImageCodec<PngHeader> {
    @Override
    public ImageFormat format() {
        return ImageFormat.PNG;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "\u0089PNG\r\n\u001a\n");
    }

    @Override
    public PngHeader readHeader(FileBytes file) throws ImageRejectedException {
        return PngHeader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, PngHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        PngStream stream = PngStream.open(file);
        RgbImage image = PngRows.decode(stream);
        stream.finish();
        return image;
    }
}
