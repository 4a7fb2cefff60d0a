package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.util.List;

/**
 * Decodes HEICs: the primary image, with the pixels of pillow-heif. Alpha is dropped, but must be there if the file says so. EXIF
 * orientation does not count, as the container says how the image is turned.
 */
final class HeicCodec implements ImageCodec<HeicHeader> {
    /** Those that pillow-heif opens. */
    static final List<String> MAJOR_BRANDS =
            List.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1");

    @Override
    public ImageFormat format() {
        return ImageFormat.HEIC;
    }

    /** Which is so for each HEIF that is no AVIF: only the items tell how it is coded. */
    @Override
    public boolean recognises(FileBytes file) {
        return FileTypeBox.read(file)
                .filter(type -> MAJOR_BRANDS.contains(type.major()) && !type.isAvif())
                .isPresent();
    }

    @Override
    public HeicHeader readHeader(FileBytes file) throws ImageRejectedException {
        return HeicReader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, HeicHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        try (FrameDecoder decoder = new FrameDecoder("hevc")) {
            HeifTiles.Decoder tiles =
                    tile -> decoder.decode(HevcStream.read(file, tile).bytes(), tile.size());
            YuvPlanes planes = header.tiles().decode(header.codedSize(), tiles);
            YuvColour colour = header.colour().equals(YuvColour.UNNAMED) ? decoder.colour() : header.colour();
            AlphaKind alpha = header.alphaTiles().row().isEmpty() ? AlphaKind.NONE : AlphaKind.STRAIGHT;
            if (alpha != AlphaKind.NONE) {
                header.alphaTiles().decode(header.alphaSize(), tiles);
            }
            return HeicToRgb.convert(HeicPlanes.apply(header.transforms(), planes), colour, alpha);
        }
    }
}
