package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.RasterConverter.Alpha;
import io.vitrine.image.decode.RasterConverter.DeepSamples;
import java.awt.image.Raster;
import java.util.List;

/**
 * Decodes TIFFs of plain 8-bit samples with OpenCV (libtiff), others with ImageIO: OpenCV multiplies alpha in, and it rounds deep
 * samples, palettes and CMYK differently from Pillow. Images are always turned upright, as Pillow does.
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
        if (header.samples().isPlain()) {
            return openCv.decode(List.of(file), header); // turns the image
        }
        TiffJpeg.check(file, header);
        return Orientation.upright(
                rgb(ImageIoReader.readImage(List.of(file), header).getRaster(), header), header.orientation());
    }

    private static RgbImage rgb(Raster raster, TiffHeader header) {
        TiffHeader.Samples samples = header.samples();
        if (samples.isPalette()) {
            return RasterConverter.ofPalette(raster, header.palette());
        }
        if (samples.isCmyk()) {
            return RasterConverter.ofCmyk(raster);
        }
        return RasterConverter.ofLevels(
                raster,
                samples.isGrey() ? DeepSamples.CLIP : DeepSamples.HIGH_BYTE,
                samples.isPremultiplied() ? Alpha.DIVIDE_OUT : Alpha.DROP);
    }
}
