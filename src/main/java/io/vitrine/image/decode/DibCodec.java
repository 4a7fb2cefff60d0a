package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;

/** Decodes BMPs without their file header. */
final class DibCodec implements ImageCodec<DibCodec.Header> {
    record Header(ImageHeader embedded, DibFile dib) implements EmbeddedHeader {
        @Override
        public ImageFormat format() {
            return ImageFormat.DIB;
        }
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.DIB;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return DibFile.isPlausible(file, 0);
    }

    @Override
    public Header readHeader(FileBytes file) throws ImageRejectedException {
        DibFile dib = DibFile.read(file, 0);
        return new Header(DibFile.readHeader(dib.toBmp(file, dib.height())), dib);
    }

    @Override
    public RgbImage decode(FileBytes file, Header header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        return DibFile.decode(header.dib.toBmp(file, header.dib.height()), header.embedded, openCv);
    }
}
