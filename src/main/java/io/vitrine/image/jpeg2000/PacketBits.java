package io.vitrine.image.jpeg2000;

/** The bits of a packet's header. A bit follows each byte of ones. Past the end, all bits are 0. */
final class PacketBits {
    private final byte[] data;
    private final int end;
    private int position;
    private int last;
    private int left;

    PacketBits(byte[] data, int position, int end) {
        this.data = data;
        this.position = position;
        this.end = end;
    }

    int bit() {
        if (left == 0) {
            nextByte();
        }
        left--;
        return last >> left & 1;
    }

    private boolean nextByte() {
        left = last == 0xff ? 7 : 8;
        if (position >= end) {
            last = 0;
            return false;
        }
        last = data[position++] & 0xff;
        return true;
    }

    /** The next {@code count} bits, up to 32. */
    long bits(int count) {
        long bits = 0;
        for (int i = 0; i < count; i++) {
            bits = bits << 1 | bit();
        }
        return bits;
    }

    /** Goes to the end of the byte. False if the bit behind a byte of ones is missing. */
    boolean align() {
        boolean complete = last != 0xff || nextByte();
        left = 0;
        return complete;
    }

    int position() {
        return position;
    }
}
