package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import java.util.Comparator;

/** Decodes the largest image of an icon: a PNG, or a bitmap followed by a mask. Transparency is dropped. */
final class IcoCodec implements ImageCodec<IcoCodec.Header> {
    sealed interface Header extends EmbeddedHeader {
        @Override
        default ImageFormat format() {
            return ImageFormat.ICO;
        }
    }

    /** @param offset of the PNG in the file */
    private record PngHeaderInIcon(ImageHeader embedded, int offset) implements Header {}

    private record BitmapHeader(ImageHeader embedded, DibFile dib) implements Header {}

    @Override
    public ImageFormat format() {
        return ImageFormat.ICO;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "\0\0\u0001\0") && IconEntry.hasEntries(file);
    }

    @Override
    public Header readHeader(FileBytes file) throws ImageRejectedException {
        IconEntry entry = IconEntry.readAll(file).stream()
                .min(Comparator.comparingInt(IconEntry::pixels).reversed().thenComparingInt(IconEntry::depth))
                .orElseThrow();
        PngCodec png = new PngCodec();
        if (entry.offset() <= file.length()) {
            FileBytes rest = file.part((int) entry.offset(), file.length());
            if (png.recognises(rest)) {
                return new PngHeaderInIcon(png.readHeader(rest), (int) entry.offset());
            }
        }
        DibFile dib = DibFile.read(file, entry.offset());
        ImageHeader header = DibFile.readHeader(dib.toBmp(file, dib.height() / 2));
        checkMask(file, entry, dib, header);
        return new BitmapHeader(header, dib);
    }

    /** Like Pillow, wants the mask to be there, but for the padding of its last row. */
    private static void checkMask(FileBytes file, IconEntry entry, DibFile dib, ImageHeader header)
            throws ImageRejectedException {
        long width = header.width();
        long start;
        long end;
        if (entry.bits() == 32) {
            start = dib.dataOffset();
            end = start + 4 * width * header.height();
        } else {
            long bytes = (width + 31) / 32 * 4 * header.height();
            start = entry.offset() + entry.length() - bytes;
            end = start + bytes - (width + 31) / 32 * 4 + (width + 7) / 8;
        }
        if (start < 0 || end > file.length()) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED,
                    "the mask of the icon is at bytes " + start + " to " + end + ", the file has " + file.length());
        }
    }

    @Override
    public RgbImage decode(FileBytes file, Header header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        if (header instanceof BitmapHeader bitmap) {
            return DibFile.decode(bitmap.dib.toBmp(file, bitmap.dib.height() / 2), bitmap.embedded, openCv);
        }
        PngHeaderInIcon png = (PngHeaderInIcon) header;
        return ImageCodecs.of(png.embedded)
                .decode(file.part(png.offset, file.length()), png.embedded, scaleDenominator, openCv);
    }
}
