package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.ByteArrayOutputStream;

/**
 * A coded image of a HEIC as a stream of its own: its parameter sets, and the slices of its only picture, each behind a start
 * code. Messages and other layers are left out.
 */
final class HevcStream {
    private static final byte[] START_CODE = {0, 0, 0, 1};
    private static final int HEADER_BYTES = 22; // of the configuration, up to its arrays
    private static final int MAX_CONFIGURATION_BYTES = 64 << 10;

    /** FFmpeg takes some 4 KiB for each unit before it decodes the first. Pictures have at most 600 slice segments. */
    private static final int MAX_UNITS = 1000;

    // Types of units, from table 7-1 of ITU-T H.265.
    private static final int FIRST_INTRA = 16;
    private static final int FIRST_IDR = 19;
    private static final int LAST_IDR = 20;
    private static final int LAST_INTRA = 21;
    private static final int FIRST_OF_NO_PICTURE = 32;
    private static final int SEQUENCE = 33;
    private static final int LAST_PARAMETER_SET = 34;

    private final ByteArrayOutputStream stream;
    private HevcSequence sequence;
    private int pictures;
    private int units;

    private HevcStream(int bytes) {
        stream = new ByteArrayOutputStream(bytes);
    }

    static HevcStream read(FileBytes file, HeifTile tile) throws ImageRejectedException {
        FileBytes configuration =
                file.part(tile.configuration().start(), tile.configuration().end());
        FileBytes data = tile.data().bytes(file);
        if (configuration.length() <= HEADER_BYTES || configuration.length() > MAX_CONFIGURATION_BYTES) {
            throw HeifItems.corrupt("configuration of HEVC has " + configuration.length() + " bytes");
        }
        HevcStream stream = new HevcStream(configuration.length() + data.length());
        stream.readConfiguration(configuration);
        stream.readUnits(data, (configuration.at(HEADER_BYTES - 1) & 3) + 1);
        if (stream.sequence == null || stream.pictures == 0) {
            throw HeifItems.corrupt("stream has no picture");
        }
        return stream;
    }

    HevcSequence sequence() {
        return sequence;
    }

    FileBytes bytes() {
        return FileBytes.of(stream.toByteArray());
    }

    private void readConfiguration(FileBytes configuration) throws ImageRejectedException {
        int arrays = configuration.at(HEADER_BYTES);
        int at = HEADER_BYTES + 1;
        for (int array = 0; array < arrays; array++) {
            int count = length(configuration, at + 1, 2);
            at += 3;
            for (int i = 0; i < count; i++) {
                int length = length(configuration, at, 2);
                add(unit(configuration, at + 2, length));
                at += 2 + length;
            }
        }
    }

    private void readUnits(FileBytes data, int lengthBytes) throws ImageRejectedException {
        int at = 0;
        while (at < data.length()) {
            int length = length(data, at, lengthBytes);
            add(unit(data, at + lengthBytes, length));
            at += lengthBytes + length;
        }
    }

    private static int length(FileBytes data, int at, int bytes) throws ImageRejectedException {
        long length = 0;
        for (int i = 0; i < bytes; i++) {
            if (at + i >= data.length()) {
                throw HeifItems.corrupt("stream ends within the length of a unit");
            }
            length = length << 8 | data.at(at + i);
        }
        return (int) Math.min(Integer.MAX_VALUE, length);
    }

    private static FileBytes unit(FileBytes data, int at, int length) throws ImageRejectedException {
        if (length < 3 || length > data.length() - at) {
            throw HeifItems.corrupt("stream ends within a unit of " + length + " bytes");
        }
        return data.part(at, at + length);
    }

    private void add(FileBytes unit) throws ImageRejectedException {
        int type = unit.at(0) >> 1 & 0x3f;
        int layer = (unit.at(0) & 1) << 5 | unit.at(1) >> 3;
        if (layer != 0 || type > LAST_PARAMETER_SET) {
            return;
        }
        units++;
        if (units > MAX_UNITS) {
            throw unsupported("in more than " + MAX_UNITS + " coded parts");
        }
        if (type < FIRST_OF_NO_PICTURE) {
            checkSlice(type, (unit.at(2) & 0x80) != 0);
        } else if (type == SEQUENCE) {
            checkSequence(HevcSequence.read(unit.part(2, unit.length())));
        }
        stream.write(START_CODE, 0, START_CODE.length);
        stream.write(unit.array(), unit.offset(), unit.length());
    }

    private void checkSequence(HevcSequence next) throws ImageRejectedException {
        if (sequence != null && !sequence.equals(next)) {
            throw HeifItems.corrupt("stream changes its size");
        }
        sequence = next;
    }

    /**
     * Other pictures would each take native memory, and those that refer to others would make the decoder invent them. So would BLA
     * and CRA pictures: they are intra pictures, but their headers may list others, for pictures that follow.
     */
    private void checkSlice(int type, boolean startsPicture) throws ImageRejectedException {
        pictures += startsPicture ? 1 : 0;
        if (pictures > 1) {
            throw unsupported("of several pictures");
        } else if (type < FIRST_INTRA || type > LAST_INTRA) {
            throw unsupported("that refers to other pictures");
        } else if (type < FIRST_IDR || type > LAST_IDR) {
            throw unsupported(
                    "that is a BLA or CRA picture, made for sequences (type " + type + "), and not an IDR one");
        }
        if (pictures == 0) {
            throw HeifItems.corrupt("stream does not start with the start of a picture");
        }
    }

    private static ImageRejectedException unsupported(String what) {
        return new ImageRejectedException(RejectionReason.UNSUPPORTED, "a HEIC image " + what);
    }
}
