package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.util.List;

/**
 * Decodes the largest bitmap of a cursor. As in Pillow, a mask counts only if the bitmap's colours are grey or black and white:
 * masked pixels are black.
 */
final class CurCodec implements ImageCodec<CurCodec.Header> {
    /** @param embedded the header of the bitmap, without its mask */
    record Header(ImageHeader embedded, DibFile dib) implements EmbeddedHeader {
        @Override
        public ImageFormat format() {
            return ImageFormat.CUR;
        }
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.CUR;
    }

    /** TGAs may have the same four bytes, but hardly a directory. */
    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "\0\0\u0002\0")
                && IconEntry.hasEntries(file)
                && (IconEntry.endOfDirectory(file) <= file.length() || !TgaHeader.isPlausible(file));
    }

    @Override
    public Header readHeader(FileBytes file) throws ImageRejectedException {
        List<IconEntry> entries = IconEntry.readAll(file);
        IconEntry largest = entries.get(0);
        for (IconEntry entry : entries) {
            if (entry.widthByte() > largest.widthByte() && entry.heightByte() > largest.heightByte()) {
                largest = entry;
            }
        }
        DibFile dib = DibFile.read(file, largest.offset() == 0 ? IconEntry.endOfDirectory(file) : largest.offset());
        ImageHeader whole = DibFile.readHeader(dib.toBmp(file, dib.height()));
        ImageHeader half = DibFile.readHeader(dib.toBmp(file, dib.height() / 2));
        return dib.greyColours() && whole.completeness() == Completeness.TRUNCATED
                ? new Header(whole, dib)
                : new Header(half, dib);
    }

    @Override
    public RgbImage decode(FileBytes file, Header header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        if (!header.dib.greyColours()) {
            return DibFile.decode(header.dib.toBmp(file, header.dib.height() / 2), header.embedded, openCv);
        }
        int length = ImageLimits.arrayLength(header, 2 * 3) / 2; // of the picture; the mask takes as much
        FileBytes bmp = header.dib.toBmp(file, 2 * header.height() * Integer.signum(header.dib.height()));
        RgbImage whole = DibFile.decode(bmp, DibFile.readHeader(bmp), openCv);
        byte[] rgb = new byte[length];
        for (int i = 0; i < length; i++) {
            int shown = 255 - (whole.pixels()[i] & 0xff); // the mask is above the picture
            int product = (whole.pixels()[length + i] & 0xff) * shown + 128;
            rgb[i] = (byte) ((product >> 8) + product >> 8);
        }
        return new RgbImage(rgb, header.width(), header.height());
    }
}
