package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.RgbImage;

/** Decodes JPEGs with OpenCV (libjpeg-turbo), those of four channels with {@link CmykJpeg}. */
final class JpegCodec implements ImageCodec<JpegHeader> {
    @Override
    public ImageFormat format() {
        return ImageFormat.JPEG;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "\u00ff\u00d8\u00ff");
    }

    @Override
    public JpegHeader readHeader(FileBytes file) throws ImageRejectedException {
        return JpegHeader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, JpegHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        if (header.isCmyk()) {
            return CmykJpeg.decode(file);
        }
        Size size = new Size(scaled(header.height(), scaleDenominator), scaled(header.width(), scaleDenominator));
        return openCv.decode(JpegSegments.ofPixels(file), ImageFormat.JPEG, size, scaleDenominator);
    }

    private static int scaled(int side, int denominator) {
        return (side + denominator - 1) / denominator;
    }
}
