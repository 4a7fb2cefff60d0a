package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;

/**
 * What the sequence header of an AV1 stream says, and how many frames follow.
 *
 * @param width of the largest frame
 * @param height of the largest frame
 * @param frames coded frames, shown or not
 */
record Av1Sequence(int width, int height, YuvColour colour, int frames) {
    private static final int SEQUENCE_HEADER = 1;
    private static final int FRAME_HEADER = 3;
    private static final int FRAME = 6;
    private static final int UNSPECIFIED = 2;

    static Av1Sequence read(FileBytes data) throws ImageRejectedException {
        Av1Sequence sequence = null;
        int frames = 0;
        int at = 0;
        while (at < data.length()) {
            int header = data.at(at++);
            if ((header & 0x80) != 0) {
                throw HeifItems.corrupt("stream is no AV1");
            }
            at += header >> 2 & 1; // its extension
            long length = (long) data.length() - at;
            if ((header & 2) != 0) {
                long value = 0;
                int shift = 0;
                int next;
                do {
                    if (at >= data.length() || shift > 28) {
                        throw HeifItems.corrupt("stream ends within a header");
                    }
                    next = data.at(at++);
                    value |= (long) (next & 0x7f) << shift;
                    shift += 7;
                } while ((next & 0x80) != 0);
                length = value;
            }
            if (length < 0 || length > data.length() - at) {
                throw HeifItems.corrupt("stream ends within a unit of " + length + " bytes");
            }
            int type = header >> 3 & 15;
            if (type == SEQUENCE_HEADER) {
                Av1Sequence next = parse(new BitReader(data.part(at, at + (int) length)));
                if (sequence != null && (next.width != sequence.width || next.height != sequence.height)) {
                    throw HeifItems.corrupt("stream changes its size");
                }
                sequence = sequence == null ? next : sequence;
            } else if (type == FRAME || type == FRAME_HEADER) {
                frames++;
            }
            at += (int) length;
        }
        if (sequence == null || frames == 0) {
            throw HeifItems.corrupt("stream has no frame");
        }
        return new Av1Sequence(sequence.width, sequence.height, sequence.colour, frames);
    }

    /** Section 5.5 of the AV1 specification, up to the colours. */
    private static Av1Sequence parse(BitReader in) throws ImageRejectedException {
        int profile = in.read(3);
        in.read(1);
        boolean reduced = in.flag();
        if (reduced) {
            in.read(5);
        } else {
            skipOperatingPoints(in);
        }
        int widthBits = in.read(4) + 1;
        int heightBits = in.read(4) + 1;
        int width = in.read(widthBits) + 1;
        int height = in.read(heightBits) + 1;
        if (!reduced && in.flag()) {
            in.read(7);
        }
        in.read(3);
        if (!reduced) {
            skipTools(in);
        }
        in.read(3);
        boolean deep = in.flag();
        if (profile == 2 && deep) {
            in.read(1);
        }
        boolean mono = profile != 1 && in.flag();
        int primaries = UNSPECIFIED;
        int transfer = UNSPECIFIED;
        int matrix = UNSPECIFIED;
        if (in.flag()) {
            primaries = in.read(8);
            transfer = in.read(8);
            matrix = in.read(8);
        }
        boolean full = !mono && primaries == 1 && transfer == 13 && matrix == 0 || in.flag();
        return new Av1Sequence(width, height, YuvColour.of(primaries, matrix, full), 0);
    }

    private static void skipOperatingPoints(BitReader in) throws ImageRejectedException {
        int delayBits = 0;
        if (in.flag()) {
            in.skip(64);
            if (in.flag()) {
                in.skipExponential();
            }
            if (in.flag()) {
                delayBits = in.read(5) + 1;
                in.skip(42);
            }
        }
        boolean initialDelay = in.flag();
        int points = in.read(5) + 1;
        for (int i = 0; i < points; i++) {
            in.read(12);
            if (in.read(5) > 7) {
                in.read(1);
            }
            if (delayBits > 0 && in.flag()) {
                in.skip(2 * delayBits + 1);
            }
            if (initialDelay && in.flag()) {
                in.read(4);
            }
        }
    }

    private static void skipTools(BitReader in) throws ImageRejectedException {
        in.read(4);
        boolean order = in.flag();
        if (order) {
            in.read(2);
        }
        boolean chosenPerFrame = in.flag();
        boolean screenContent = chosenPerFrame || in.flag();
        if (screenContent && !in.flag()) {
            in.read(1);
        }
        if (order) {
            in.read(3);
        }
    }
}
