package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.ImageHeader.Route;

/**
 * A GIF's first frame.
 *
 * @param width of the canvas, which is widened if the frame reaches past it
 * @param left of the frame on the canvas
 * @param transparent the transparent palette index, or -1
 * @param colours whether the file has any palette; without one the indices are grey levels
 */
record GifHeader(
        int width,
        int height,
        int left,
        int top,
        int frameWidth,
        int frameHeight,
        int transparent,
        boolean colours,
        boolean cut) {

    static ImageHeader read(FileBytes bytes) throws ImageRejectedException {
        GifHeader gif = parse(bytes);
        return new ImageHeader(ImageFormat.GIF, gif.width, gif.height, 1, Route.GIF);
    }

    static GifHeader parse(FileBytes bytes) throws ImageRejectedException {
        ByteReader in = new ByteReader(bytes, true);
        int flags = in.u8(10);
        boolean colours = (flags & 0x80) != 0;
        long at = 13 + (colours ? 3L << ((flags & 7) + 1) : 0);
        int transparent = -1;
        while (true) {
            int block = in.u8(at);
            if (block == 0x3b) {
                throw new ImageRejectedException(RejectionReason.CORRUPT, "GIF has no frame");
            } else if (block == 0x21) {
                if (in.u8(at + 1) == 0xf9 && in.u8(at + 2) == 4 && (in.u8(at + 3) & 1) != 0) {
                    transparent = in.u8(at + 6);
                }
                at = afterSubBlocks(in, at + 2);
            } else if (block == 0x2c) {
                int left = in.u16(at + 1);
                int top = in.u16(at + 3);
                int frameWidth = in.u16(at + 5);
                int frameHeight = in.u16(at + 7);
                int local = in.u8(at + 9);
                long data = at + 10 + ((local & 0x80) != 0 ? 3L << ((local & 7) + 1) : 0) + 1;
                return new GifHeader(
                        Math.max(in.u16(6), left + frameWidth),
                        Math.max(in.u16(8), top + frameHeight),
                        left,
                        top,
                        frameWidth,
                        frameHeight,
                        transparent,
                        colours || (local & 0x80) != 0,
                        isCut(in, data));
            } else {
                at++; // Pillow skips bytes it does not know
            }
        }
    }

    private static long afterSubBlocks(ByteReader in, long at) throws ImageRejectedException {
        while (in.u8(at) != 0) {
            at += 1 + in.u8(at);
        }
        return at + 1;
    }

    private static boolean isCut(ByteReader in, long data) {
        try {
            afterSubBlocks(in, data);
            return false;
        } catch (ImageRejectedException e) {
            return true;
        }
    }
}
