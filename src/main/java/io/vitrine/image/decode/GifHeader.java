package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;

/**
 * A GIF's canvas and first frame.
 *
 * @param width of the canvas, enlarged to hold the frame
 * @param height of the canvas, enlarged to hold the frame
 * @param transparentIndex palette index, or -1 for none
 */
record GifHeader(int width, int height, Frame frame, int transparentIndex, Completeness completeness)
        implements ImageHeader {
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int IMAGE_DESCRIPTOR = 0x2c;
    private static final int TRAILER = 0x3b;

    /**
     * The first frame: its rectangle on the canvas, and its place in the file.
     *
     * @param isInterlaced whether rows come in four passes
     * @param palette offset of the palette; 0 for none: indices are grey levels
     * @param colours in the palette
     * @param data offset of the LZW data
     */
    record Frame(int left, int top, int width, int height, boolean isInterlaced, int palette, int colours, int data)
            implements Serializable {}

    @Override
    public ImageFormat format() {
        return ImageFormat.GIF;
    }

    @Override
    public int orientation() {
        return 1;
    }

    static GifHeader read(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        int flags = in.u8(10);
        long at = 13 + paletteBytes(flags);
        int transparentIndex = -1;
        while (true) {
            int block = in.u8(at);
            if (block == TRAILER) {
                throw new ImageRejectedException(RejectionReason.CORRUPT, "GIF has no frame");
            } else if (block == EXTENSION) {
                if (in.u8(at + 1) == GRAPHIC_CONTROL && in.u8(at + 2) == 4 && (in.u8(at + 3) & 1) != 0) {
                    transparentIndex = in.u8(at + 6);
                }
                at = afterSubBlocks(in, at + 2);
            } else if (block == IMAGE_DESCRIPTOR) {
                Frame frame = frame(in, (int) at, flags);
                return new GifHeader(
                        Math.max(in.u16(6), frame.left + frame.width),
                        Math.max(in.u16(8), frame.top + frame.height),
                        frame,
                        transparentIndex,
                        completeness(in, frame.data + 1));
            } else {
                at++; // Pillow skips unknown bytes
            }
        }
    }

    private static Frame frame(ByteReader in, int at, int fileFlags) throws ImageRejectedException {
        int flags = in.u8(at + 9);
        return new Frame(
                in.u16(at + 1),
                in.u16(at + 3),
                in.u16(at + 5),
                in.u16(at + 7),
                (flags & 0x40) != 0,
                hasPalette(flags) ? at + 10 : hasPalette(fileFlags) ? 13 : 0,
                (int) (hasPalette(flags) ? paletteBytes(flags) : paletteBytes(fileFlags)) / 3,
                (int) (at + 10 + paletteBytes(flags)));
    }

    private static boolean hasPalette(int flags) {
        return (flags & 0x80) != 0;
    }

    private static long paletteBytes(int flags) {
        return hasPalette(flags) ? 3L << ((flags & 7) + 1) : 0;
    }

    private static long afterSubBlocks(ByteReader in, long at) throws ImageRejectedException {
        while (in.u8(at) != 0) {
            at += 1 + in.u8(at);
        }
        return at + 1;
    }

    private static Completeness completeness(ByteReader in, long frameData) {
        try {
            afterSubBlocks(in, frameData);
            return Completeness.COMPLETE;
        } catch (ImageRejectedException e) {
            return Completeness.TRUNCATED;
        }
    }
}
