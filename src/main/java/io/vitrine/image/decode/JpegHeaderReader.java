package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** Reads a JPEG's segments up to its first scan. Refuses what libjpeg or Pillow refuses of them; tables are left to libjpeg. */
final class JpegHeaderReader {
    /** The limit of libjpeg-turbo's own tests with hostile files. Encoders write about 10 scans; each costs time. */
    private static final int MAX_SCANS = 500;

    private static final int BLOCK = 8; // pixels per side
    private static final int COMPONENTS = 6; // offset in the frame's segment of what it says about each, in 3 bytes

    private final FileBytes file;
    private final ByteReader in;
    private final JpegMetadata metadata = new JpegMetadata();
    private int frame; // offset of the frame header's marker; 0 before it is found
    private int restartInterval; // in minimum coded units; 0 if there are no restart markers

    JpegHeaderReader(FileBytes file) {
        this.file = file;
        this.in = ByteReader.bigEndian(file);
    }

    JpegHeader read() throws ImageRejectedException {
        int at = nextMarker(2);
        while (in.u8(at + 1) != JpegMarkers.SOS) {
            int marker = in.u8(at + 1);
            if (!JpegMarkers.hasSegment(marker)) {
                throw corrupt(String.format("has the marker ff%02x at byte %d, before its data", marker, at));
            }
            int end = JpegMarkers.afterSegment(in, at);
            in.u8(end - 1L); // Pillow reads whole segments
            if (JpegMarkers.isFrame(marker)) {
                checkFrame(at);
                frame = at;
            } else if (marker == JpegMarkers.DRI) {
                restartInterval = in.u16(at + 4L);
            } else {
                metadata.add(marker, file.part(Math.min(at + 4, end), end));
            }
            at = nextMarker(end);
        }
        if (frame == 0) {
            throw corrupt("has no frame header before its data");
        }
        return header(at);
    }

    /** Offset of the next marker that is followed by a segment or should not be here. */
    private int nextMarker(int from) throws ImageRejectedException {
        int at = from;
        while (true) {
            if (in.u8(at) != 0xff) {
                at++;
            } else if (in.u8(at + 1L) == 0 || JpegMarkers.isRestart(in.u8(at + 1L))) {
                at += 2;
            } else if (in.u8(at + 1L) == 0xff) { // fill byte
                at++;
            } else {
                return at;
            }
        }
    }

    private void checkFrame(int at) throws ImageRejectedException {
        if (frame != 0) {
            throw corrupt("has a second frame header at byte " + at);
        }
        int bits = in.u8(at + 4L);
        if (bits != 8) {
            throw unsupported("of " + bits + " bits per sample");
        }
        int components = in.u8(at + 9L);
        if (components != 1 && components != 3 && components != 4) {
            throw unsupported("with " + components + " components");
        }
        in.u8(at + 4L + COMPONENTS + 3L * components - 1);
    }

    private JpegHeader header(int scan) throws ImageRejectedException {
        long data = frame + 4L;
        int height = in.u16(data + 1);
        int width = in.u16(data + 3);
        int components = in.u8(data + 5);
        boolean progressive = (in.u8(frame + 1L) & 3) == 2; // SOF2, SOF6, SOF10, SOF14
        boolean partial = progressive || in.u8(scan + 4L) < components;
        boolean truncated = partial && !JpegMarkers.hasEnd(file, scan);
        return new JpegHeader(
                width,
                height,
                metadata.orientation(),
                components,
                new JpegScans(scan, partial ? count(scan) : 1, partial, restarts(width, height, components)),
                truncated ? Completeness.TRUNCATED : Completeness.COMPLETE);
    }

    private int count(int scan) throws ImageRejectedException {
        int scans = JpegMarkers.countScans(file, scan, MAX_SCANS + 1);
        if (scans > MAX_SCANS) {
            throw unsupported("with more than " + MAX_SCANS + " scans");
        }
        return scans;
    }

    /** Restart markers within a scan of all components. */
    private int restarts(int width, int height, int components) throws ImageRejectedException {
        if (restartInterval == 0 || width == 0 || height == 0) {
            return 0;
        }
        int unitWidth = BLOCK;
        int unitHeight = BLOCK;
        for (int i = 0; i < components && components > 1; i++) {
            int sampling = in.u8(frame + 4L + COMPONENTS + 3L * i + 1);
            unitWidth = Math.max(unitWidth, BLOCK * (sampling >> 4));
            unitHeight = Math.max(unitHeight, BLOCK * (sampling & 15));
        }
        int units = ((width - 1) / unitWidth + 1) * ((height - 1) / unitHeight + 1);
        return (units - 1) / restartInterval;
    }

    private static ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "JPEG " + what);
    }

    private static ImageRejectedException unsupported(String kind) {
        return new ImageRejectedException(RejectionReason.UNSUPPORTED, "JPEG " + kind + " is not supported");
    }
}
