package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * TIFF's LZW: codes of 9 to 12 bits, 256 clears the table, 257 ends the data. Damage is judged as libtiff does: an unknown code, or
 * data that end before the output is full.
 */
final class TiffLzw {
    private static final int CLEAR = 256;
    private static final int END = 257;
    private static final int FIRST = 258;
    private static final int MIN_BITS = 9;
    private static final int MAX_BITS = 12;
    private static final int TABLE = (1 << MAX_BITS) + 1023; // libtiff lets tables grow past the last code
    private static final int FULL = -1;
    private static final int SHORT = 16; // bytes that a loop copies faster
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    // A code's string is where the output has it first.
    private final int[] starts = new int[TABLE];
    private final int[] lengths = new int[TABLE];

    /**
     * Decodes until the output is full.
     *
     * @return whether the data suffice
     */
    boolean decode(FileBytes in, byte[] out, int length) {
        boolean oldStyle = in.length() >= 2 && in.at(0) == 0 && (in.at(1) & 1) == 1; // lowest bits first
        int early = oldStyle ? 0 : 1; // codes get longer one code earlier than need be
        byte[] data = in.array();
        int from = in.offset();
        int to = from + in.length();
        long pool = 0;
        int poolBits = 0;
        int bits = MIN_BITS;
        int last = (1 << MIN_BITS) - 1 - early;
        int free = FULL; // the first code must be a clear
        boolean cleared = false;
        int at = 0;
        int oldStart = 0;
        int oldLength = 0;
        while (at < length) {
            if (poolBits < bits && !oldStyle && to - from >= Integer.BYTES) {
                pool = pool << Integer.SIZE | (int) INT.get(data, from) & 0xffffffffL;
                from += Integer.BYTES;
                poolBits += Integer.SIZE;
            }
            while (poolBits < bits) {
                if (from == to) {
                    return false;
                }
                if (oldStyle) {
                    pool |= (data[from++] & 0xffL) << poolBits;
                } else {
                    pool = pool << 8 | data[from++] & 0xff;
                }
                poolBits += 8;
            }
            poolBits -= bits;
            int code;
            if (oldStyle) {
                code = (int) pool & ((1 << bits) - 1);
                pool >>>= bits;
            } else {
                code = (int) (pool >>> poolBits) & ((1 << bits) - 1);
            }
            if (code == CLEAR) {
                bits = MIN_BITS;
                last = (1 << MIN_BITS) - 1 - early;
                free = FIRST;
                cleared = true;
                continue;
            }
            if (code == END || free == FULL || code > free || cleared && code > END) {
                return false;
            }
            if (cleared) {
                cleared = false;
            } else {
                starts[free] = oldStart;
                lengths[free] = oldLength + 1; // the byte that follows it in the output
                if (++free > last) {
                    bits = Math.min(MAX_BITS, bits + 1);
                    last = (1 << bits) - 1 - early;
                    free = free < TABLE ? free : FULL;
                }
            }
            oldStart = at;
            if (code < CLEAR) {
                oldLength = 1;
                out[at++] = (byte) code;
            } else {
                oldLength = lengths[code];
                int source = starts[code];
                int end = Math.min(length, at + oldLength);
                if (source + (end - at) <= at && end - at > SHORT) {
                    System.arraycopy(out, source, out, at, end - at);
                    at = end;
                }
                while (at < end) {
                    out[at++] = out[source++]; // may overlap
                }
            }
        }
        return true;
    }
}
