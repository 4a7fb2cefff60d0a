package io.vitrine.inference;

import io.vitrine.graph.OutputType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds NaN and infinity among little-endian floats, eight bytes at a time.
 *
 * <p>Such a float has an exponent of ones only. Added to one unit of the exponent, these carry into the sign bit, which is cleared
 * first; no other exponent does, and no carry reaches the next float.
 */
final class NonFiniteScan {
    /** The index of an array that is finite. */
    static final int NONE = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long FLOAT_EXPONENTS = 0x7f80_0000_7f80_0000L;
    private static final long FLOAT_UNITS = 0x0080_0000_0080_0000L;
    private static final long FLOAT_SIGNS = 0x8000_0000_8000_0000L;
    private static final long HALF_EXPONENTS = 0x7c00_7c00_7c00_7c00L;
    private static final long HALF_UNITS = 0x0400_0400_0400_0400L;
    private static final long HALF_SIGNS = 0x8000_8000_8000_8000L;

    private NonFiniteScan() {}

    /**
     * The index of the first element that is NaN or infinite, or {@link #NONE}.
     *
     * @param floats on the heap, from its position to its limit
     */
    static int indexOf(ByteBuffer floats, OutputType type) {
        return switch (type) {
            case FLOAT32 -> indexOf(floats, Float.BYTES, FLOAT_EXPONENTS, FLOAT_UNITS, FLOAT_SIGNS);
            case FLOAT16 -> indexOf(floats, Short.BYTES, HALF_EXPONENTS, HALF_UNITS, HALF_SIGNS);
        };
    }

    private static int indexOf(ByteBuffer floats, int size, long exponents, long units, long signs) {
        byte[] array = floats.array();
        int start = floats.arrayOffset() + floats.position();
        int rest = floats.remaining() % Long.BYTES;
        int end = start + floats.remaining() - rest;
        for (int at = start; at < end; at += Long.BYTES) {
            long carries = (((long) LONGS.get(array, at) & exponents) + units) & signs;
            if (carries != 0) {
                return (at - start + Long.numberOfTrailingZeros(carries) / Byte.SIZE) / size;
            }
        }
        byte[] last = new byte[Long.BYTES]; // zeros are finite
        System.arraycopy(array, end, last, 0, rest);
        long carries = (((long) LONGS.get(last, 0) & exponents) + units) & signs;
        return carries == 0 ? NONE : (end - start + Long.numberOfTrailingZeros(carries) / Byte.SIZE) / size;
    }
}
