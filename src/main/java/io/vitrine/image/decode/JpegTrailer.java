package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.Optional;

/**
 * Judges what follows the data of a JPEG's only scan, up to the end of the image, as libjpeg-turbo does when it finishes. OpenCV has
 * the pixels by then and drops the error. With several scans libjpeg reads up to the end before the first pixel, so OpenCV fails.
 */
final class JpegTrailer {
    /**
     * What is wrong.
     *
     * @param seen bytes of the file up to and with the fault
     */
    record Fault(ImageRejectedException rejection, int seen) {}

    private static final int MAX_TABLES = 4;
    private static final int MAX_ARITHMETIC_TABLES = 32;
    private static final int MAX_CODES = 256;
    private static final int COEFFICIENTS = 64; // of a quantisation table

    private final FileBytes file;
    private final ByteReader in;
    private int at; // offset of the next byte
    private int marker; // found but not judged; 0 if there is none

    private JpegTrailer(FileBytes file, int at) {
        this.file = file;
        this.in = ByteReader.bigEndian(file);
        this.at = at;
    }

    /** The first thing that libjpeg refuses; empty if the image or the file ends before. */
    static Optional<Fault> fault(FileBytes file, JpegHeader header) {
        JpegTrailer trailer = new JpegTrailer(
                file, JpegMarkers.afterSegment(file, header.scans().first()));
        try {
            trailer.passScan(header.scans().restarts());
            trailer.judge();
            return Optional.empty();
        } catch (ImageRejectedException e) {
            // Where the file ends, libjpeg waits for more. Pillow has its pixels and does not.
            return e.reason() == RejectionReason.TRUNCATED ? Optional.empty() : Optional.of(new Fault(e, trailer.at));
        }
    }

    /**
     * Offset of the marker after the data of the only scan; of several, of the marker that ends the image. The file's length if there
     * is none.
     */
    static int endOfScans(FileBytes file, JpegHeader header) {
        JpegTrailer trailer = new JpegTrailer(
                file, JpegMarkers.afterSegment(file, header.scans().first()));
        try {
            if (header.scans().arePartial()) {
                for (trailer.find(); trailer.marker != JpegMarkers.EOI; trailer.find()) {
                    if (JpegMarkers.hasSegment(trailer.marker)) {
                        trailer.at = JpegMarkers.afterSegment(trailer.in, trailer.at - 2);
                    }
                }
            } else {
                trailer.passScan(header.scans().restarts());
                if (trailer.marker == 0) {
                    trailer.find();
                }
            }
            return trailer.at - 2;
        } catch (ImageRejectedException e) {
            return file.length();
        }
    }

    /** Moves to the next marker: 0xff, repeated or not, and a code other than 0. */
    private void find() throws ImageRejectedException {
        do {
            at = JpegMarkers.nextFf(file, at) + 1;
            while (in.u8(at) == 0xff) {
                at++;
            }
            marker = in.u8(at++);
        } while (marker == 0);
    }

    /** Passes the restart markers of the scan, by libjpeg's rules where some are wrong or missing. */
    private void passScan(int restarts) throws ImageRejectedException {
        for (int i = 0; i < restarts; i++) {
            if (marker == 0) {
                find();
            }
            while (isBehind(i)) {
                find();
            }
            int ahead = marker - JpegMarkers.RST0 - i & 7;
            if (JpegMarkers.isRestart(marker) && ahead != 1 && ahead != 2) {
                marker = 0; // the expected one, or one too far away to be true
            }
        }
    }

    /** Whether libjpeg skips to the next marker: no marker at all, or one of the two restart markers before the expected one. */
    private boolean isBehind(int restart) {
        int ahead = marker - JpegMarkers.RST0 - restart & 7;
        return marker < JpegMarkers.SOF0 || JpegMarkers.isRestart(marker) && ahead >= 6;
    }

    private void judge() throws ImageRejectedException {
        while (true) {
            if (marker == 0) {
                find();
            }
            if (marker == JpegMarkers.EOI) {
                return;
            }
            int from = at - 2;
            switch (marker) {
                case JpegMarkers.SOI ->
                    throw corrupt(
                            from,
                            "a second start of an image: a download that was restarted, or two files in one");
                case JpegMarkers.SOS -> {
                    int components = in.u8(at + 2L);
                    at += 3;
                    if (in.u16(at - 3L) == 6 + 2 * components) { // libjpeg reads the whole segment
                        in.u8(at + 2L + 2L * components);
                        at += 3 + 2 * components;
                    }
                    throw corrupt(from, "a second scan");
                }
                case JpegMarkers.DHT -> judgeHuffmanTables(from);
                case JpegMarkers.DQT -> judgeQuantisationTables(from);
                case JpegMarkers.DAC -> judgeArithmeticCoding(from);
                case JpegMarkers.DRI -> judgeRestartInterval(from);
                default -> judgeOther(from);
            }
            marker = 0;
        }
    }

    private void judgeOther(int from) throws ImageRejectedException {
        if (JpegMarkers.isFrame(marker)) {
            throw corrupt(from, "a second frame header");
        } else if (JpegMarkers.hasSegment(marker)) {
            at += Math.max(2, in.u16(at));
        } else if (!JpegMarkers.isRestart(marker) && marker != JpegMarkers.TEM) {
            throw corrupt(from, String.format("the unknown marker ff%02x", marker));
        }
    }

    private int u8() throws ImageRejectedException {
        return in.u8(at++);
    }

    private int segmentLength() throws ImageRejectedException {
        return (u8() << 8 | u8()) - 2;
    }

    private void judgeHuffmanTables(int from) throws ImageRejectedException {
        int left = segmentLength();
        while (left > 16) {
            int table = u8();
            int codes = 0;
            for (int i = 0; i < 16; i++) {
                codes += u8();
            }
            left -= 17;
            check(codes <= Math.min(MAX_CODES, left), from, "a broken Huffman table");
            in.u8(at + codes - 1L);
            at += codes;
            left -= codes;
            check((table & ~0x10) < MAX_TABLES, from, "a broken Huffman table");
        }
        check(left == 0, from, "Huffman tables of a wrong length");
    }

    private void judgeQuantisationTables(int from) throws ImageRejectedException {
        int left = segmentLength();
        while (left > 0) {
            int table = u8();
            check((table & 15) < MAX_TABLES, from, "a broken quantisation table");
            int length = table >> 4 == 0 ? COEFFICIENTS : 2 * COEFFICIENTS;
            in.u8(at + length - 1L);
            at += length;
            left -= 1 + length;
        }
        check(left == 0, from, "quantisation tables of a wrong length");
    }

    private void judgeArithmeticCoding(int from) throws ImageRejectedException {
        int left = segmentLength();
        while (left > 0) {
            int table = u8();
            int value = u8();
            left -= 2;
            boolean ordered = table >= MAX_ARITHMETIC_TABLES / 2 || (value & 15) <= value >> 4;
            check(table < MAX_ARITHMETIC_TABLES && ordered, from, "a broken table for arithmetic coding");
        }
        check(left == 0, from, "tables for arithmetic coding of a wrong length");
    }

    private void judgeRestartInterval(int from) throws ImageRejectedException {
        check(segmentLength() == 2, from, "a restart interval of a wrong length");
        at += 2;
    }

    private void check(boolean isRight, int from, String wrong) throws ImageRejectedException {
        if (!isRight) {
            throw corrupt(from, wrong);
        }
    }

    private static ImageRejectedException corrupt(int from, String what) {
        return new ImageRejectedException(
                RejectionReason.CORRUPT, "JPEG has " + what + ", at byte " + from + ", before its end");
    }
}
