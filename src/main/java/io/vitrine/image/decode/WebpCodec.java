package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import java.util.List;
import java.util.Optional;

/** Decodes WebPs with OpenCV (libwebp). */
final class WebpCodec implements ImageCodec<WebpCodec.Header> {
    private static final int EXIF_FLAG = 0x08; // without its flag, libwebp does not hand out a chunk
    private static final int XMP_FLAG = 0x04;

    record Header(int width, int height, int orientation, Completeness completeness) implements ImageHeader {
        @Override
        public ImageFormat format() {
            return ImageFormat.WEBP;
        }
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.WEBP;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "RIFF") && file.matches(8, "WEBP");
    }

    /** Reads the first chunk: lossy (VP8), lossless (VP8L) or extended (VP8X). */
    @Override
    public Header readHeader(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        Completeness completeness =
                in.u32(4) + 8 > file.length() ? Completeness.TRUNCATED : Completeness.COMPLETE; // the RIFF container
        if (file.matches(12, "VP8 ")) {
            return new Header(in.u16(26) & 0x3fff, in.u16(28) & 0x3fff, 1, completeness);
        } else if (file.matches(12, "VP8L")) {
            long bits = in.u32(21);
            return new Header((int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1, 1, completeness);
        } else if (file.matches(12, "VP8X")) {
            return new Header(in.u24(24) + 1, in.u24(27) + 1, orientation(in, file), completeness);
        }
        throw new ImageRejectedException(
                file.length() < 30 ? RejectionReason.TRUNCATED : RejectionReason.CORRUPT,
                "WebP does not start with a known chunk (VP8, VP8L or VP8X)");
    }

    private static int orientation(ByteReader in, FileBytes file) throws ImageRejectedException {
        int flags = in.u8(20);
        return Orientation.of(
                (flags & EXIF_FLAG) != 0 ? chunk("EXIF", in, file) : Optional.empty(),
                (flags & XMP_FLAG) != 0 ? chunk("XMP ", in, file) : Optional.empty());
    }

    /** The first chunk of a type. */
    private static Optional<FileBytes> chunk(String type, ByteReader in, FileBytes file) throws ImageRejectedException {
        for (long at = 12; at + 8 <= file.length(); at += 8 + (in.u32(at + 4) + 1 & ~1L)) {
            long end = at + 8 + in.u32(at + 4);
            if (file.matches(at, type)) {
                return end <= file.length() ? Optional.of(file.part((int) at + 8, (int) end)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    @Override
    public RgbImage decode(FileBytes file, Header header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        return openCv.decode(List.of(file), header);
    }
}
