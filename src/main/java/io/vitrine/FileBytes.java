package io.vitrine;

/**
 * A file's bytes, or some of them, in an array that may be longer and may be used again for other files.
 *
 * @param array not to be written to
 * @param offset of the first byte
 * @param length how many bytes follow from there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FileBytes(byte[] array, int offset, int length) {
    /** All of {@code array}. */
    public static FileBytes of(byte[] array) {
        return new FileBytes(array, 0, array.length);
    }

    /** The byte at {@code index}, 0 to 255. */
    public int at(int index) {
        if (index < 0 || index >= length) {
            throw new IndexOutOfBoundsException("byte " + index + " of " + length);
        }
        return array[offset + index] & 0xff;
    }

    /** The bytes from {@code from} on, up to {@code to}; not a copy. */
    public FileBytes part(int from, int to) {
        if (from < 0 || from > to || to > length) {
            throw new IndexOutOfBoundsException("bytes " + from + " to " + to + " of " + length);
        }
        return new FileBytes(array, offset + from, to - from);
    }
}
