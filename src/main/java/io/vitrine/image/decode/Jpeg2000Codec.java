package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import io.vitrine.image.jpeg2000.Codestream;

/** Decodes JPEG 2000: JP2 files and bare codestreams. Alpha is dropped. */
final class Jpeg2000Codec implements ImageCodec<Jpeg2000Header> {
    @Override
    public ImageFormat format() {
        return ImageFormat.JPEG2000;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, Jpeg2000Header.SIGNATURE) || file.matches(0, Jpeg2000Header.CODESTREAM);
    }

    @Override
    public Jpeg2000Header readHeader(FileBytes file) throws ImageRejectedException {
        return Jpeg2000Header.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, Jpeg2000Header header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        Codestream codestream = Codestream.read(file, header.codestream());
        Jpeg2000Pixels pixels =
                new Jpeg2000Pixels(header, codestream.components(), codestream.left(), codestream.top());
        codestream.decode(pixels::accept);
        return new RgbImage(pixels.rgb(), header.width(), header.height());
    }
}
