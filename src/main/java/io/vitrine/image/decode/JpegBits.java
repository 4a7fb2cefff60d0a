package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** The bits of a JPEG's scan, highest first. A marker ends them; behind a byte 0xff, a 0 is no data. */
final class JpegBits {
    private final FileBytes data;
    private int at;
    private int bits; // those that are read ahead, in the lowest places
    private int count;

    /** @param from offset of the scan's first byte */
    JpegBits(FileBytes data, int from) {
        this.data = data;
        this.at = from;
    }

    /** The next bits as a number. At most 16. */
    int next(int length) throws ImageRejectedException {
        while (count < length) {
            if (at >= data.length() || data.at(at) == 0xff && (at + 1 >= data.length() || data.at(at + 1) != 0)) {
                throw corrupt("its data end at byte " + at + ", before its last pixel");
            }
            bits = bits << 8 | data.at(at);
            at += data.at(at) == 0xff ? 2 : 1;
            count += 8;
        }
        count -= length;
        return bits >> count & ((1 << length) - 1);
    }

    /** A number of {@code length} bits; those that begin with 0 stand for negative ones. */
    int nextSigned(int length) throws ImageRejectedException {
        if (length == 0) {
            return 0;
        }
        int value = next(length);
        return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
    }

    /** Passes the rest of the byte and the restart marker. */
    void restart(int marker) throws ImageRejectedException {
        count = 0;
        while (at + 1 < data.length() && (data.at(at) != 0xff || data.at(at + 1) == 0 || data.at(at + 1) == 0xff)) {
            at++;
        }
        if (at + 1 >= data.length() || data.at(at + 1) != marker) {
            throw corrupt(String.format("it lacks the marker ff%02x at byte %d", marker, at));
        }
        at += 2;
    }

    static ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "JPEG is damaged: " + what);
    }
}
