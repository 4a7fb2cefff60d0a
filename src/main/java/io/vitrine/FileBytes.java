package io.vitrine;

/**
 * A file, or a part of one, as a slice of a byte array. The array may be longer, and its owner may reuse it for another file.
 *
 * @param array must not be written to
 * @param offset index of the first byte in {@code array}
 * @param length in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FileBytes(byte[] array, int offset, int length) {
    /** A file that fills {@code array}. */
    public static FileBytes of(byte[] array) {
        return new FileBytes(array, 0, array.length);
    }

    /** The byte at {@code index}, from 0 to 255. */
    public int at(int index) {
        if (index < 0 || index >= length) {
            throw new IndexOutOfBoundsException("byte " + index + " of " + length);
        }
        return array[offset + index] & 0xff;
    }

    /** Whether the bytes from {@code index} on are the characters of {@code latin1}; false past the end. */
    public boolean matches(long index, String latin1) {
        if (index < 0 || index + latin1.length() > length) {
            return false;
        }
        for (int i = 0; i < latin1.length(); i++) {
            if (at((int) index + i) != latin1.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The slice from {@code from} (inclusive) to {@code to} (exclusive), on the same array. */
    public FileBytes part(int from, int to) {
        if (from < 0 || from > to || to > length) {
            throw new IndexOutOfBoundsException("bytes " + from + " to " + to + " of " + length);
        }
        return new FileBytes(array, offset + from, to - from);
    }
}
