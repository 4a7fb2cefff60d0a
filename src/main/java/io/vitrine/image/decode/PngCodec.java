package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.RasterConverter.Alpha;
import io.vitrine.image.decode.RasterConverter.DeepSamples;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.List;

/**
 * Decodes PNGs with OpenCV (libpng). Two kinds take ImageIO: files without an end chunk, which OpenCV refuses, and 16-bit grey,
 * which OpenCV converts differently from Pillow.
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
        List<FileBytes> chunks = PngChunks.ofPixels(file);
        if (header.hasEnd() && !header.isDeepGrey()) {
            return openCv.decode(chunks, header);
        }
        BufferedImage image = ImageIoReader.readImage(chunks, header);
        if (image.getColorModel() instanceof IndexColorModel model) {
            int[] palette = new int[256];
            for (int i = 0; i < model.getMapSize(); i++) {
                palette[i] = model.getRGB(i);
            }
            return RasterConverter.ofPalette(image.getRaster(), palette);
        }
        return RasterConverter.ofLevels(
                image.getRaster(), header.isGrey() ? DeepSamples.CLIP : DeepSamples.HIGH_BYTE, Alpha.DROP);
    }
}
