package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;

/**
 * A chunk of a WebP: a type of four letters, a size, the payload.
 *
 * @param start offset of the type
 * @param payloadBytes without padding
 */
record WebpChunk(FileBytes file, String type, int start, int payloadBytes) {
    private static final int HEADER_BYTES = 8; // type, size
    private static final int LOSSY_HEADER_BYTES = 10;
    private static final int LOSSLESS_HEADER_BYTES = 5;
    private static final int LOSSLESS_SIGNATURE = 0x2f;

    /** @throws ImageRejectedException if the chunk does not end before {@code limit}, an offset within the file */
    static WebpChunk read(FileBytes file, int start, int limit) throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        if (limit - start < HEADER_BYTES || padded(in.u32(start + 4L)) > limit - start - HEADER_BYTES) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "WebP has a chunk at byte " + start + " that its container cuts off");
        }
        StringBuilder type = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            type.append((char) file.at(start + i));
        }
        return new WebpChunk(file, type.toString(), start, (int) in.u32(start + 4L));
    }

    private static long padded(long bytes) {
        return bytes + (bytes & 1);
    }

    /** Offset of the payload. */
    int payload() {
        return start + HEADER_BYTES;
    }

    int paddedBytes() {
        return (int) padded(payloadBytes);
    }

    /** Offset of the end, with padding. */
    int end() {
        return payload() + paddedBytes();
    }

    /** Whether it holds a bitstream, lossy or lossless. */
    boolean isImage() {
        return type.equals("VP8 ") || type.equals("VP8L");
    }

    /**
     * The size of a bitstream.
     *
     * @throws ImageRejectedException if its header is not one that libwebp reads
     */
    Size imageSize() throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        int at = payload();
        if (type.equals("VP8L")) {
            if (paddedBytes() < LOSSLESS_HEADER_BYTES || in.u8(at) != LOSSLESS_SIGNATURE || in.u8(at + 4L) >> 5 != 0) {
                throw badHeader();
            }
            int bits = (int) in.u32(at + 1L);
            return new Size(/* height= */ (bits >> 14 & 0x3fff) + 1, /* width= */ (bits & 0x3fff) + 1);
        }
        if (paddedBytes() < LOSSY_HEADER_BYTES || in.u24(at + 3L) != 0x2a019d) {
            throw badHeader();
        }
        int frame = in.u24(at); // not a key frame, profile (3 bits), shown, length of the first partition
        Size size = new Size(/* height= */ in.u16(at + 8L) & 0x3fff, /* width= */ in.u16(at + 6L) & 0x3fff);
        boolean isKeyFrame = (frame & 1) == 0 && (frame >> 1 & 7) <= 3 && (frame >> 4 & 1) == 1;
        if (!isKeyFrame || frame >> 5 >= payloadBytes || size.width() == 0 || size.height() == 0) {
            throw badHeader();
        }
        return size;
    }

    private ImageRejectedException badHeader() {
        return new ImageRejectedException(
                RejectionReason.CORRUPT, "WebP has an image with a bad header, at byte " + start);
    }
}
