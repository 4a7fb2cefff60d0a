package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Decodes the first frame of a WebP with OpenCV (libwebp), on its canvas. */
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
        WebpContainer.Frame frame = WebpContainer.firstFrame(file);
        RgbImage image = openCv.decode(
                List.of(container(frame), frame.data()), ImageFormat.WEBP, frame.size(), /* scaleDenominator= */ 1);
        return frame.size().equals(header.storedSize()) ? image : onCanvas(image, frame, header.storedSize());
    }

    /**
     * The beginning of a file with {@code frame} alone. OpenCV gets no other, because it refuses files of less than 32 bytes, and
     * its libwebp reads on behind the frame. The flags do not mention alpha: it is decoded, and dropped.
     */
    private static FileBytes container(WebpContainer.Frame frame) {
        int frameBytes = frame.data().length();
        return FileBytes.of(ByteBuffer.allocate(30)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(22 + frameBytes)
                .put("WEBPVP8X".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(10)
                .putInt(0) // flags
                .putShort((short) (frame.size().width() - 1)) // 24 bits, of which a frame has 14
                .put((byte) 0)
                .putShort((short) (frame.size().height() - 1))
                .put((byte) 0)
                .array());
    }

    /** Places the frame on a black canvas. */
    private static RgbImage onCanvas(RgbImage image, WebpContainer.Frame frame, Size canvas) {
        byte[] rgb = new byte[3 * canvas.width() * canvas.height()];
        int rowBytes = 3 * image.width();
        for (int y = 0; y < image.height(); y++) {
            int to = 3 * ((frame.top() + y) * canvas.width() + frame.left());
            System.arraycopy(image.pixels(), y * rowBytes, rgb, to, rowBytes);
        }
        return new RgbImage(rgb, canvas.width(), canvas.height());
    }
}
