package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The palette of a JP2 as Pillow reads it: colours that were there before take no place, so that indices behind them mean other
 * colours than the file says.
 *
 * @param colours as 0xRRGGBB; black where the palette has none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Jp2Palette(int[] colours) implements Serializable {
    private static final int MAX_COLOURS = 256;

    /** Of images that have none: all black. */
    static final Jp2Palette BLACK = new Jp2Palette(new int[MAX_COLOURS]);

    /**
     * @param entries how many there are
     * @param columns bytes per entry, without alpha 3, with it 4
     */
    static Jp2Palette read(FileBytes file, long at, int entries, int columns) throws ImageRejectedException {
        if (columns != 3 && columns != 4) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED, "a JP2 with a palette of " + columns + " columns");
        }
        ByteReader in = ByteReader.bigEndian(file);
        Set<Long> distinct = new LinkedHashSet<>();
        for (int i = 0; i < entries; i++) {
            long offset = at + (long) columns * i;
            distinct.add((long) in.u24(offset) << 8 | (columns == 4 ? in.u8(offset + 3) : 0xff));
        }
        if (distinct.size() > MAX_COLOURS) {
            throw Jp2Box.corrupt("a palette of " + distinct.size() + " colours");
        }
        int[] colours = new int[MAX_COLOURS];
        int count = 0;
        for (long colour : distinct) {
            colours[count++] = (int) (colour >> 8);
        }
        return new Jp2Palette(colours);
    }
}
