package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A JPEG of four components in which some are flat: every sample has the same level. The others keep every bit.
 *
 * <p>libjpeg takes the quantisation tables of a component's first scan and the values of its last. So a flat component gets a scan
 * before the file's own scans, with a table that makes its high frequencies 0, and a scan behind them that sets its level.
 *
 * <p>Progressive files that lack data may differ by the smoothing that libjpeg applies to them: the added scans count as data.
 */
final class FlattenedJpeg {
    /** The level of a component. */
    enum Level {
        KEPT(0, 0),
        ZERO(0b10_000000, 0b0_0_000000), // a difference of -127 in the first block; times 9 / 8 it is less than -128
        MIDDLE(0, 0), // 128: no difference in any block
        FULL(0b10_111111, 0b1_0_000000); // a difference of 127

        private final int firstByte; // of the scan that sets it
        private final int secondByte;

        Level(int firstByte, int secondByte) {
            this.firstByte = firstByte;
            this.secondByte = secondByte;
        }
    }

    private static final int COMPONENTS = 4;
    private static final int BLOCK = 8; // pixels per side
    private static final int COEFFICIENTS = 64;
    private static final int DIFFERENCE_STEP = 9;
    private static final int SOF2 = 0xc2; // progressive

    private final FileBytes file;
    private final JpegHeader header;
    private final int frame; // offset of the frame header's marker
    private final List<Level> levels;

    private FlattenedJpeg(FileBytes file, JpegHeader header, int frame, List<Level> levels) {
        this.file = file;
        this.header = header;
        this.frame = frame;
        this.levels = levels;
    }

    /**
     * Makes components flat.
     *
     * @param levels of each component; at least one is not kept
     * @param transform Adobe's number for the colours: 0 for CMYK, 2 for YCCK
     * @return the file as parts
     * @throws ImageRejectedException if its scans are lossless or coded arithmetically
     */
    static List<FileBytes> of(FileBytes file, JpegHeader header, List<Level> levels, int transform)
            throws ImageRejectedException {
        int frame = JpegMarkers.frame(file);
        if (file.at(frame + 1) > SOF2) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED,
                    "JPEG of four components that is lossless or coded arithmetically is not supported");
        }
        return new FlattenedJpeg(file, header, frame, levels).parts(transform);
    }

    private List<FileBytes> parts(int transform) {
        List<FileBytes> parts = new ArrayList<>();
        parts.add(beforeScans(transform));
        int from = 0;
        for (int at = JpegMarkers.next(file, 2); at < header.scans().first(); at = JpegMarkers.next(file, from)) {
            from = JpegMarkers.afterSegment(file, at);
            if (at != frame && file.at(at + 1) < JpegMarkers.APP0) {
                parts.add(file.part(at, from));
            }
        }
        parts.add(file.part(header.scans().first(), JpegTrailer.endOfScans(file, header)));
        parts.add(afterScans());
        return parts;
    }

    private FileBytes beforeScans(int transform) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, 0xff, JpegMarkers.SOI, 0xff, JpegMarkers.APP14, 0, 14);
        out.writeBytes("Adobe\0d\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
        write(out, transform, 0xff, JpegMarkers.DQT, 1, 6); // 4 tables
        for (int table = 0; table < 4; table++) {
            write(out, table, DIFFERENCE_STEP);
            out.writeBytes(new byte[COEFFICIENTS - 1]);
        }
        FileBytes segment = file.part(frame, JpegMarkers.afterSegment(file, frame));
        out.write(segment.array(), segment.offset(), segment.length());
        writeHuffmanTables(out);
        for (int component = 0; component < COMPONENTS; component++) {
            if (levels.get(component) != Level.KEPT) {
                writeScan(out, component);
            }
        }
        return FileBytes.of(out.toByteArray());
    }

    private FileBytes afterScans() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, 0xff, JpegMarkers.DRI, 0, 4, 0, 0);
        writeHuffmanTables(out);
        for (int component = 0; component < COMPONENTS; component++) {
            Level level = levels.get(component);
            if (level != Level.KEPT) {
                writeScan(out, component);
                write(out, level.firstByte, level.secondByte);
                // 1 or 2 bits for each other block: the level of the block before
                out.writeBytes(new byte[blocks(component) / (isProgressive() ? 8 : 4)]);
            }
        }
        write(out, 0xff, JpegMarkers.EOI);
        return FileBytes.of(out.toByteArray());
    }

    /** Tables 3: 0 stands for no difference, 10 for one of 7 bits; and 0 ends a block. */
    private static void writeHuffmanTables(ByteArrayOutputStream out) {
        write(out, 0xff, JpegMarkers.DHT, 0, 39);
        write(out, 0x03, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7);
        write(out, 0x13, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    private void writeScan(ByteArrayOutputStream out, int component) {
        write(out, 0xff, JpegMarkers.SOS, 0, 8, 1, file.at(componentAt(component)), 0x33);
        write(out, 0, isProgressive() ? 0 : COEFFICIENTS - 1, 0);
    }

    private boolean isProgressive() {
        return file.at(frame + 1) == SOF2;
    }

    private int blocks(int component) {
        int maxHorizontal = 1;
        int maxVertical = 1;
        for (int i = 0; i < COMPONENTS; i++) {
            maxHorizontal = Math.max(maxHorizontal, horizontal(i));
            maxVertical = Math.max(maxVertical, vertical(i));
        }
        long columns = ceilDiv((long) header.width() * horizontal(component), (long) BLOCK * maxHorizontal);
        long rows = ceilDiv((long) header.height() * vertical(component), (long) BLOCK * maxVertical);
        return (int) (columns * rows);
    }

    private int componentAt(int component) {
        return frame + 10 + 3 * component;
    }

    private int horizontal(int component) {
        return file.at(componentAt(component) + 1) >> 4;
    }

    private int vertical(int component) {
        return file.at(componentAt(component) + 1) & 15;
    }

    private static long ceilDiv(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    private static void write(ByteArrayOutputStream out, int... bytes) {
        for (int value : bytes) {
            out.write(value);
        }
    }
}
