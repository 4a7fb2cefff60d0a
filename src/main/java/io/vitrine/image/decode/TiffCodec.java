package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.util.List;

/**
 * Decodes TIFFs strip by strip with {@link TiffPixels}; facsimiles and YCbCr with OpenCV (libtiff). Images
 * are always turned upright, as Pillow does.
 */
final class TiffCodec implements ImageCodec<TiffHeader> {
    @Override
    public ImageFormat format() {
        return ImageFormat.TIFF;
    }

    /** Little or big endian, classic (42) or BigTIFF (43). */
    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "II*\0")
                || file.matches(0, "MM\0*")
                || file.matches(0, "II+\0")
                || file.matches(0, "MM\0+");
    }

    @Override
    public TiffHeader readHeader(FileBytes file) throws ImageRejectedException {
        return TiffHeader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, TiffHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        if (header.needsLibtiff()) {
            return openCv.decode(List.of(file), header); // turns the image
        }
        return Orientation.upright(TiffPixels.decode(file, header, openCv), header.orientation());
    }
}
