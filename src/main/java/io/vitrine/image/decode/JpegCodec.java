package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.util.Optional;

/** Decodes JPEGs with OpenCV (libjpeg-turbo), those of four channels with {@link CmykJpeg}. */
final class JpegCodec implements ImageCodec<JpegHeader> {
    /** Pillow gives libjpeg the file in pieces of this many bytes, and no further piece once it has all pixels. */
    private static final int PIECE = 1 << 16;

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
        Optional<JpegTrailer.Fault> fault =
                header.scans().arePartial() ? Optional.empty() : JpegTrailer.fault(file, header);
        if (fault.isEmpty()) {
            return pixels(file, header, scaleDenominator, openCv);
        }
        int seenBefore = (fault.get().seen() - 1) / PIECE * PIECE;
        if (seenBefore <= header.scans().first()) {
            throw fault.get().rejection();
        }
        try {
            return pixels(file.part(0, seenBefore), header, scaleDenominator, openCv);
        } catch (ImageRejectedException e) {
            throw fault.get().rejection();
        }
    }

    private static RgbImage pixels(FileBytes file, JpegHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        Size size = new Size(scaled(header.height(), scaleDenominator), scaled(header.width(), scaleDenominator));
        try {
            return header.isCmyk()
                    ? CmykJpeg.decode(file, header, openCv)
                    : openCv.decode(JpegSegments.ofPixels(file), ImageFormat.JPEG, size, scaleDenominator);
        } catch (ImageRejectedException e) {
            if (e.reason() == RejectionReason.CORRUPT && JpegTrailer.endOfScans(file, header) == file.length()) {
                throw ImageDecoder.truncated(file, header);
            }
            throw e;
        }
    }

    private static int scaled(int side, int denominator) {
        return (side + denominator - 1) / denominator;
    }
}
