package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.ByteArrayOutputStream;

/**
 * Puts the JPEG of an old-style TIFF together, as libtiff does. Its pieces may be a stream of its own (JPEGInterchangeFormat), the
 * strips, or both, one after the other; where they have no frame header, tags have the tables. Between strips go restart markers.
 */
final class TiffOldJpegStream {
    private static final int QUANTISATION_BYTES = 64;
    private static final int BLOCK = 8;

    private final FileBytes file;
    private final TiffTags tags;
    private final TiffHeader header;
    private final int samples;
    private final FileBytes data; // all pieces
    private final int[] stripEnds;
    private final ByteArrayOutputStream tables = new ByteArrayOutputStream();
    private byte[] frame = {};
    private byte[] scan = {};
    private int restartInterval;
    private int at; // in data

    private TiffOldJpegStream(FileBytes file, TiffTags tags, TiffHeader header) throws ImageRejectedException {
        this.file = file;
        this.tags = tags;
        this.header = header;
        this.samples = header.samples().count();
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        addPiece(
                tags.first(TiffTags.JPEG_INTERCHANGE_FORMAT, 0),
                tags.first(TiffTags.JPEG_INTERCHANGE_FORMAT_LENGTH, 0),
                pieces);
        stripEnds = new int[header.parts().down()];
        for (int i = 0; i < stripEnds.length; i++) {
            boolean present = i < tags.count(TiffTags.STRIP_OFFSETS);
            long length = i < tags.count(TiffTags.STRIP_BYTE_COUNTS) ? tags.value(TiffTags.STRIP_BYTE_COUNTS, i) : 0;
            addPiece(present ? tags.value(TiffTags.STRIP_OFFSETS, i) : 0, length, pieces);
            stripEnds[i] = pieces.size();
        }
        this.data = FileBytes.of(pieces.toByteArray());
        if (tags.has(TiffTags.STRIP_OFFSETS) && !tags.has(TiffTags.STRIP_BYTE_COUNTS)) {
            throw TiffParts.corrupt("TIFF directory lacks the lengths of its strips");
        }
        if (tags.has(TiffTags.JPEG_INTERCHANGE_FORMAT) && !data.matches(0, "\u00ff")) {
            throw JpegBits.corrupt("its stream does not start with a marker");
        }
    }

    /**
     * Adds a piece. One without a length, or too long, reaches to the end of the file; at 0 there is none. If pieces share bytes, the
     * file counts twice at most: once as a stream, once as strips.
     */
    private void addPiece(long from, long length, ByteArrayOutputStream pieces) {
        if (from > 0 && from < file.length() && pieces.size() < 2L * file.length()) {
            long bytes = length <= 0 ? file.length() - from : Math.min(length, file.length() - from);
            pieces.write(file.array(), file.offset() + (int) from, (int) bytes);
        }
    }

    /**
     * The image as one JPEG: baseline, of one scan.
     *
     * @throws ImageRejectedException if headers or tables are missing or damaged, or of another kind
     */
    static FileBytes of(FileBytes file, TiffTags tags, TiffHeader header) throws ImageRejectedException {
        TiffOldJpegStream stream = new TiffOldJpegStream(file, tags, header);
        stream.restartInterval = (int) tags.first(TiffTags.JPEG_RESTART_INTERVAL, 0);
        stream.readSegments();
        if (stream.frame.length == 0) {
            stream.readTables();
        }
        return stream.whole();
    }

    private void readSegments() throws ImageRejectedException {
        ByteReader in = ByteReader.bigEndian(data);
        boolean ownInterval = false;
        while (scan.length == 0 && in.u8(at) == 0xff) {
            int marker = in.u8(++at);
            while (marker == 0xff) {
                marker = in.u8(++at);
            }
            at++;
            if (marker == JpegMarkers.SOI) {
                continue;
            }
            int end = at + Math.max(2, in.u16(at));
            in.u8(end - 1L);
            FileBytes segment = data.part(at + 2, end);
            if (marker == JpegMarkers.DQT || marker == JpegMarkers.DHT) {
                write(tables, marker, bytes(segment));
            } else if (marker == JpegMarkers.DRI) {
                restartInterval = in.u16(at + 2L);
                ownInterval = true;
            } else if (marker == JpegMarkers.SOF0 || marker == JpegMarkers.SOF0 + 1) {
                frame = bytes(segment);
            } else if (marker == JpegMarkers.SOS) {
                scan = bytes(segment);
            } else if (JpegMarkers.isFrame(marker)) {
                throw new ImageRejectedException(
                        RejectionReason.UNSUPPORTED,
                        String.format(
                                "TIFF with an old-style JPEG that is not baseline (ff%02x) is not supported", marker));
            } else if (marker < JpegMarkers.APP0) {
                throw JpegBits.corrupt(String.format("it has the marker ff%02x before its data", marker));
            }
            at = end;
        }
        if (frame.length == 0 != (scan.length == 0)) {
            throw JpegBits.corrupt("it has a frame without a scan, or a scan without a frame");
        }
        if (!ownInterval) {
            setIntervalOfStrips();
        }
    }

    /** Each strip is an interval: the units of 8 x 8 levels of chroma that it has. */
    private void setIntervalOfStrips() throws ImageRejectedException {
        int sampling = sampling();
        int width = BLOCK * (sampling >> 4);
        int height = BLOCK * (sampling & 15);
        if (stripEnds.length > 1) {
            int rows = header.parts().height();
            if (width == 0 || height == 0 || rows % height != 0) {
                throw JpegBits.corrupt("its strips have " + rows + " rows, and its units " + height);
            }
            restartInterval = ((header.width() - 1) / width + 1) * (rows / height);
        }
    }

    /** The sampling factors of the first component, in four bits each: the frame's or the tag's. */
    private int sampling() throws ImageRejectedException {
        if (samples == 1) {
            return 0x11;
        } else if (frame.length > 7) {
            return frame[7] & 0xff;
        }
        boolean given = tags.count(TiffTags.YCBCR_SUBSAMPLING) == 2;
        return given
                ? (int) (tags.value(TiffTags.YCBCR_SUBSAMPLING, 0) << 4 | tags.value(TiffTags.YCBCR_SUBSAMPLING, 1))
                : 0x22;
    }

    /** Makes the headers of tags. Components without a table of their own have that of the one before. */
    private void readTables() throws ImageRejectedException {
        int sampling = sampling();
        int height = header.height();
        frame = new byte[6 + 3 * samples];
        frame[0] = 8;
        frame[1] = (byte) (height >> 8);
        frame[2] = (byte) height;
        frame[3] = (byte) (header.width() >> 8);
        frame[4] = (byte) header.width();
        frame[5] = (byte) samples;
        scan = new byte[1 + 2 * samples + 3];
        scan[0] = (byte) samples;
        int[] numbers = new int[3]; // of the tables: quantisation, DC, AC
        for (int i = 0; i < samples; i++) {
            if (isOwn(TiffTags.JPEG_Q_TABLES, i)) {
                numbers[0] = i;
                write(tables, JpegMarkers.DQT, table(i, tags.value(TiffTags.JPEG_Q_TABLES, i), QUANTISATION_BYTES));
            }
            if (isOwn(TiffTags.JPEG_DC_TABLES, i)) {
                numbers[1] = i;
                write(tables, JpegMarkers.DHT, huffman(i, tags.value(TiffTags.JPEG_DC_TABLES, i)));
            }
            if (isOwn(TiffTags.JPEG_AC_TABLES, i)) {
                numbers[2] = i;
                write(tables, JpegMarkers.DHT, huffman(0x10 | i, tags.value(TiffTags.JPEG_AC_TABLES, i)));
            }
            frame[6 + 3 * i] = (byte) i;
            frame[7 + 3 * i] = (byte) (i == 0 ? sampling : 0x11);
            frame[8 + 3 * i] = (byte) numbers[0];
            scan[1 + 2 * i] = (byte) i;
            scan[2 + 2 * i] = (byte) (numbers[1] << 4 | numbers[2]);
        }
    }

    private boolean isOwn(int tag, int sample) throws ImageRejectedException {
        long offset = sample < tags.count(tag) ? tags.value(tag, sample) : 0;
        if (sample == 0 && offset == 0 || tags.count(tag) > 3) {
            throw JpegBits.corrupt("it has neither a frame nor tables, or too many");
        }
        return offset != 0 && (sample == 0 || offset != tags.value(tag, sample - 1L));
    }

    private byte[] huffman(int number, long from) throws ImageRejectedException {
        int codes = JpegHuffman.codes(file, (int) Math.min(from, Integer.MAX_VALUE));
        return table(number, from, JpegHuffman.LENGTHS + codes);
    }

    private byte[] table(int number, long from, int length) throws ImageRejectedException {
        if (from < 0 || from > file.length() - length) {
            throw JpegBits.corrupt("a table is past the end of the file");
        }
        byte[] table = new byte[1 + length];
        table[0] = (byte) number;
        System.arraycopy(file.array(), file.offset() + (int) from, table, 1, length);
        return table;
    }

    private FileBytes whole() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0xff);
        out.write(JpegMarkers.SOI);
        out.writeBytes(tables.toByteArray());
        write(out, JpegMarkers.DRI, new byte[] {(byte) (restartInterval >> 8), (byte) restartInterval});
        write(out, JpegMarkers.SOF0, frame);
        write(out, JpegMarkers.SOS, scan);
        int restarts = 0;
        for (int i = 0; i < stripEnds.length; i++) {
            boolean empty = stripEnds[i] <= at;
            out.write(data.array(), data.offset() + at, Math.max(0, stripEnds[i] - at));
            at = Math.max(at, stripEnds[i]);
            if (!empty && i < stripEnds.length - 1) {
                out.write(0xff);
                out.write(JpegMarkers.RST0 + restarts++ % 8);
            }
        }
        return FileBytes.of(out.toByteArray());
    }

    private static byte[] bytes(FileBytes part) {
        byte[] bytes = new byte[part.length()];
        System.arraycopy(part.array(), part.offset(), bytes, 0, bytes.length);
        return bytes;
    }

    private static void write(ByteArrayOutputStream out, int marker, byte[] segment) {
        out.write(0xff);
        out.write(marker);
        out.write((segment.length + 2) >> 8);
        out.write(segment.length + 2);
        out.writeBytes(segment);
    }
}
