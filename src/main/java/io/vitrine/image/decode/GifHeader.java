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
record GifHeader(int width, int height, Frame frame, int transparentIndex) implements ImageHeader {
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int COMMENT = 0xfe;
    private static final int APPLICATION = 0xff;
    private static final String LOOP = "NETSCAPE2.0";
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

    /** Decoding shows whether the frame is complete; what follows it does not count. */
    @Override
    public Completeness completeness() {
        return Completeness.COMPLETE;
    }

    /**
     * Finds the first frame. Blocks are passed over as in Pillow, which takes the next block's bytes for an extension's where that
     * one is empty.
     */
    static GifHeader read(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        int flags = in.u8(10);
        long at = 13 + paletteBytes(flags);
        int transparentIndex = -1;
        while (true) {
            int block = in.u8(at);
            if (block == TRAILER) {
                throw corrupt("GIF has no frame");
            } else if (block == EXTENSION) {
                int label = in.u8(at + 1);
                long data = at + 2;
                int length = in.u8(data);
                if (label == GRAPHIC_CONTROL && length > 0 && (in.u8(data + 1) & 1) != 0) {
                    requireLength(length, 4);
                    transparentIndex = in.u8(data + 4);
                } else if (label == GRAPHIC_CONTROL && length > 0) {
                    requireLength(length, 3);
                }
                at = afterExtension(file, in, label, data);
            } else if (block == IMAGE_DESCRIPTOR) {
                Frame frame = frame(in, (int) at, flags);
                return new GifHeader(
                        Math.max(in.u16(6), frame.left + frame.width),
                        Math.max(in.u16(8), frame.top + frame.height),
                        frame,
                        transparentIndex);
            } else {
                at++; // Pillow skips unknown bytes
            }
        }
    }

    private static void requireLength(int length, int needed) throws ImageRejectedException {
        if (length < needed) {
            throw corrupt("GIF has a graphic control extension of " + length + " bytes");
        }
    }

    /** @param data offset of the first block's length */
    private static long afterExtension(FileBytes file, ByteReader in, int label, long data)
            throws ImageRejectedException {
        long next = data + 1 + in.u8(data);
        if (label == COMMENT && next == data + 1) {
            return next;
        } else if (label == APPLICATION && in.u8(data) >= LOOP.length() && file.matches(data + 1, LOOP)) {
            return afterBlocks(in, next + 1 + in.u8(next));
        }
        return afterBlocks(in, next);
    }

    /** The offset after the next block without bytes. */
    private static long afterBlocks(ByteReader in, long at) throws ImageRejectedException {
        while (in.u8(at) != 0) {
            at += 1 + in.u8(at);
        }
        return at + 1;
    }

    private static Frame frame(ByteReader in, int at, int fileFlags) throws ImageRejectedException {
        int flags = in.u8(at + 9);
        Frame frame = new Frame(
                in.u16(at + 1),
                in.u16(at + 3),
                in.u16(at + 5),
                in.u16(at + 7),
                (flags & 0x40) != 0,
                hasPalette(flags) ? at + 10 : hasPalette(fileFlags) ? 13 : 0,
                (int) (hasPalette(flags) ? paletteBytes(flags) : paletteBytes(fileFlags)) / 3,
                (int) (at + 10 + paletteBytes(flags)));
        in.u8(frame.data); // the file has it
        if (frame.width == 0 || frame.height == 0) {
            throw corrupt("GIF has a frame of " + frame.width + " x " + frame.height + " pixels");
        }
        return frame;
    }

    private static ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, what);
    }

    private static boolean hasPalette(int flags) {
        return (flags & 0x80) != 0;
    }

    private static long paletteBytes(int flags) {
        return hasPalette(flags) ? 3L << ((flags & 7) + 1) : 0;
    }
}
