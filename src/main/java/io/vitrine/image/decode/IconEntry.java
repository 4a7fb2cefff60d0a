package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry in the directory of an icon or a cursor.
 *
 * @param widthByte the width as stored, where 0 stands for 256
 * @param heightByte the height as stored, where 0 stands for 256
 * @param colours 0 for many
 * @param bits per pixel; of a cursor, another number
 * @param length of its image in bytes
 * @param offset of its image in the file
 */
record IconEntry(int widthByte, int heightByte, int colours, int bits, long length, long offset) {
    private static final int DIRECTORY = 6;
    private static final int ENTRY_BYTES = 16;

    /** Whether there are entries, or the file is too short to say. */
    static boolean hasEntries(FileBytes file) {
        return file.length() < DIRECTORY || count(file) > 0;
    }

    private static int count(FileBytes file) {
        return file.length() < DIRECTORY ? 0 : file.at(4) | file.at(5) << 8;
    }

    static int endOfDirectory(FileBytes file) {
        return DIRECTORY + ENTRY_BYTES * count(file);
    }

    static List<IconEntry> readAll(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        int count = in.u16(4);
        List<IconEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = DIRECTORY + ENTRY_BYTES * i;
            entries.add(new IconEntry(
                    in.u8(at), in.u8(at + 1), in.u8(at + 2), in.u16(at + 6), in.u32(at + 8), in.u32(at + 12)));
        }
        return entries;
    }

    private static int side(int stored) {
        return stored == 0 ? 256 : stored;
    }

    int pixels() {
        return side(widthByte) * side(heightByte);
    }

    /** Bits per pixel, from the number of colours if they are not given. */
    int depth() {
        if (bits != 0) {
            return bits;
        }
        return colours < 2 ? 256 : 32 - Integer.numberOfLeadingZeros(colours - 1);
    }
}
