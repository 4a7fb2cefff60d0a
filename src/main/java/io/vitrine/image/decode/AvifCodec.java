package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.util.List;

/** Decodes AVIFs: the primary image, or the first frame of a sequence. Alpha is dropped, but must be there if the file says so. */
final class AvifCodec implements ImageCodec<AvifHeader> {
    private static final List<String> MAJOR_BRANDS = List.of("avif", "avis", "mif1", "msf1");

    @Override
    public ImageFormat format() {
        return ImageFormat.AVIF;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return FileTypeBox.read(file)
                .filter(type -> MAJOR_BRANDS.contains(type.major()))
                .filter(type -> type.brands().contains("avif") || type.brands().contains("avis"))
                .isPresent();
    }

    @Override
    public AvifHeader readHeader(FileBytes file) throws ImageRejectedException {
        return AvifReader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, AvifHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        try (FrameDecoder decoder = new FrameDecoder("libaom-av1")) {
            YuvPlanes planes = planes(file, header, header.tiles(), decoder);
            int depth = planes.depth();
            RgbImage image = YuvToRgb.convert(planes, header.colour(), header.alpha());
            if (header.alpha() != AlphaKind.NONE) {
                YuvPlanes alpha = planes(file, header, header.alphaTiles(), decoder);
                if (alpha.depth() != depth) {
                    throw HeifItems.corrupt("alpha has " + alpha.depth() + " bits, the image " + depth);
                }
                if (header.alpha() == AlphaKind.PREMULTIPLIED) {
                    YuvToRgb.unmultiply(image.pixels(), alpha.luma(), depth);
                }
            }
            return image;
        }
    }

    private static YuvPlanes planes(FileBytes file, AvifHeader header, HeifTiles tiles, FrameDecoder decoder)
            throws ImageRejectedException {
        YuvPlanes planes = tiles.decode(
                header.storedSize(), tile -> decoder.decode(tile.data().bytes(file), tile.size()));
        if (tiles.row().size() > 1 || !tiles.row().get(0).size().equals(header.storedSize())) {
            checkEven(planes);
        }
        return planes;
    }

    /** Chroma of half the size needs even sides. */
    private static void checkEven(YuvPlanes grid) throws ImageRejectedException {
        if ((grid.width() & grid.chroma().shiftX) != 0 || (grid.height() & grid.chroma().shiftY) != 0) {
            throw HeifItems.corrupt("grid with chroma of half the size has odd sides");
        }
    }
}
