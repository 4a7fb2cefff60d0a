package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.AvifHeader.Alpha;
import io.vitrine.image.decode.AvifHeader.Tile;
import io.vitrine.image.decode.AvifHeader.Tiles;
import io.vitrine.image.decode.YuvPlanes.Chroma;
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
        try (Av1Decoder decoder = new Av1Decoder()) {
            YuvPlanes planes = planes(file, header, header.tiles(), decoder);
            int depth = planes.depth();
            RgbImage image = YuvToRgb.convert(planes, header.colour(), header.alpha());
            if (header.alpha() != Alpha.NONE) {
                YuvPlanes alpha = planes(file, header, header.alphaTiles(), decoder);
                if (alpha.depth() != depth) {
                    throw HeifItems.corrupt("alpha has " + alpha.depth() + " bits, the image " + depth);
                }
                if (header.alpha() == Alpha.PREMULTIPLIED) {
                    YuvToRgb.unmultiply(image.pixels(), alpha.luma(), depth);
                }
            }
            return image;
        }
    }

    private static YuvPlanes planes(FileBytes file, AvifHeader header, Tiles all, Av1Decoder decoder)
            throws ImageRejectedException {
        List<Tile> tiles = all.row();
        if (tiles.size() == 1 && tiles.get(0).size().equals(header.storedSize())) {
            return decoder.decode(tiles.get(0).data().bytes(file), tiles.get(0).size());
        }
        YuvPlanes whole = null;
        for (int i = 0; i < tiles.size(); i++) {
            Tile tile = tiles.get(i);
            YuvPlanes planes = decoder.decode(tile.data().bytes(file), tile.size());
            if (whole == null) {
                whole = YuvPlanes.allocate(header.width(), header.height(), planes.depth(), planes.chroma());
                checkEven(whole, planes);
            } else if (planes.depth() != whole.depth() || planes.chroma() != whole.chroma()) {
                throw HeifItems.corrupt("grid has tiles of different kinds");
            }
            int left = i % all.columns() * tile.size().width();
            int top = i / all.columns() * tile.size().height();
            Chroma chroma = whole.chroma();
            copy(planes.luma(), planes.width(), whole.luma(), whole.width(), left, top);
            if (chroma != Chroma.NONE) {
                int from = chroma.width(planes.width());
                int to = chroma.width(whole.width());
                copy(planes.blue(), from, whole.blue(), to, left >> chroma.shiftX, top >> chroma.shiftY);
                copy(planes.red(), from, whole.red(), to, left >> chroma.shiftX, top >> chroma.shiftY);
            }
        }
        return whole;
    }

    /** Chroma of half the size needs even sides. */
    private static void checkEven(YuvPlanes all, YuvPlanes tile) throws ImageRejectedException {
        if (((all.width() | tile.width()) & all.chroma().shiftX) != 0
                || ((all.height() | tile.height()) & all.chroma().shiftY) != 0) {
            throw HeifItems.corrupt("grid with chroma of half the size has odd sides");
        }
    }

    /** Copies a tile to its place in a plane, as far as the plane reaches. */
    private static void copy(short[] tile, int tileWidth, short[] plane, int width, int left, int top) {
        int columns = Math.min(tileWidth, width - left);
        int rows = Math.min(tile.length / tileWidth, plane.length / width - top);
        for (int y = 0; y < rows; y++) {
            System.arraycopy(tile, y * tileWidth, plane, (top + y) * width + left, columns);
        }
    }
}
