package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the segments of a JPEG by their markers, without decoding. Like libjpeg, takes the length of a segment from its header, and
 * skips any other bytes up to the next marker.
 */
public final class JpegMarkers {
    static final int TEM = 0x01; // the only marker without a segment below SOF0
    public static final int SOF0 = 0xc0; // start of frame
    public static final int DHT = 0xc4; // Huffman tables
    static final int JPG = 0xc8; // reserved
    static final int DAC = 0xcc; // arithmetic coding
    static final int SOF15 = 0xcf;
    public static final int RST0 = 0xd0; // restart
    static final int RST7 = 0xd7;
    public static final int SOI = 0xd8; // start of image
    public static final int EOI = 0xd9; // end of image
    public static final int SOS = 0xda; // start of scan
    public static final int DQT = 0xdb; // quantisation tables
    static final int DNL = 0xdc; // number of lines
    public static final int DRI = 0xdd; // restart interval
    public static final int APP0 = 0xe0; // application data
    static final int APP1 = 0xe1;
    static final int APP2 = 0xe2;
    static final int APP13 = 0xed;
    public static final int APP14 = 0xee;
    public static final int APP15 = 0xef;
    public static final int COM = 0xfe; // comment
    private static final int FILL = 0xff;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private JpegMarkers() {}

    /** SOF0 to SOF15, without DHT, JPG and DAC, whose markers lie between them. */
    public static boolean isFrame(int marker) {
        return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
    }

    static boolean isRestart(int marker) {
        return marker >= RST0 && marker <= RST7;
    }

    /** Whether a segment follows: all markers that both libjpeg and Pillow take before the end of the image. */
    static boolean hasSegment(int marker) {
        return marker >= SOF0 && marker <= SOF15 && marker != JPG
                || marker >= SOS && marker <= DRI
                || marker >= APP0 && marker <= APP15
                || marker == COM;
    }

    /** Offset of the first byte 0xff from {@code from} on; the file's length if there is none. */
    public static int nextFf(FileBytes file, int from) {
        byte[] array = file.array();
        int at = file.offset() + from;
        int end = file.offset() + file.length();
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long inverted = ~(long) WORD.get(array, at); // a byte 0xff is 0, which alone borrows from its high bit
            long found = inverted - LOW_BITS & ~inverted & HIGH_BITS;
            if (found != 0) {
                return at + Long.numberOfTrailingZeros(found) / Byte.SIZE - file.offset();
            }
        }
        while (at < end && array[at] != (byte) 0xff) {
            at++;
        }
        return at - file.offset();
    }

    /** Offset of the first marker of a segment from {@code from} on; the file's length if the image or the file ends before. */
    static int next(FileBytes file, int from) {
        int at = nextFf(file, from);
        while (at + 3 < file.length()) {
            int marker = file.at(at + 1);
            if (marker == EOI) {
                break;
            } else if (marker == FILL) {
                at++;
            } else if (marker < SOF0 || marker >= RST0 && marker <= SOI) {
                at = nextFf(file, at + 2);
            } else {
                return at;
            }
        }
        return file.length();
    }

    /**
     * Offset after a segment; at most the file's length.
     *
     * @param at offset of its marker, as {@link #next} returns it
     */
    static int afterSegment(FileBytes file, int at) {
        int length = file.at(at + 2) << 8 | file.at(at + 3);
        return Math.min(file.length(), at + 2 + Math.max(2, length));
    }

    /** Offset after a segment, which may be past the end of the file. */
    static int afterSegment(ByteReader in, int at) throws ImageRejectedException {
        return at + 2 + Math.max(2, in.u16(at + 2L));
    }

    /** Offset of the frame header's marker, in a file that has one. */
    static int frame(FileBytes file) {
        int at = next(file, 2);
        while (!isFrame(file.at(at + 1))) {
            at = next(file, afterSegment(file, at));
        }
        return at;
    }

    static boolean isScan(FileBytes file, int at) {
        return file.at(at + 1) == SOS;
    }

    /**
     * Offset of the first marker of a scan; the file's length if there is none.
     *
     * @param from offset of a marker
     */
    static int nextScan(FileBytes file, int from) {
        int at = next(file, from);
        while (at < file.length() && !isScan(file, at)) {
            at = next(file, afterSegment(file, at));
        }
        return at;
    }

    /**
     * Counts scans up to the end of the image.
     *
     * @param first offset of the first scan's marker
     * @param max stops after as many scans
     */
    static int countScans(FileBytes file, int first, int max) {
        int scans = 0;
        for (int at = first; at < file.length() && scans < max; scans++) {
            at = nextScan(file, afterSegment(file, at));
        }
        return scans;
    }

    /** Whether there is an end marker after the start of the scan. One before it belongs to an embedded thumbnail. */
    static boolean hasEnd(FileBytes file, int scan) {
        for (int i = file.length() - 2; i > scan; i--) {
            if (file.at(i) == 0xff && file.at(i + 1) == EOI) {
                return true;
            }
        }
        return false;
    }
}
