package io.vitrine.image.jpeg2000;

/** Bits of passes that bypass the arithmetic decoder. A byte of ones is followed by 7 bits. Past the end, all bits are 1. */
final class RawBits {
    private byte[] data = {};
    private int position;
    private int end;
    private int last;
    private int left;

    void start(byte[] data, int from, int to) {
        this.data = data;
        this.position = from;
        this.end = to;
        this.last = 0;
        this.left = 0;
    }

    int bit() {
        if (left == 0) {
            int next = position < end ? data[position] & 0xff : 0xff;
            if (last != 0xff) {
                left = 8;
                last = next;
                position++;
            } else if (next > 0x8f) { // a marker: the end
                left = 8;
            } else {
                left = 7;
                last = next;
                position++;
            }
        }
        left--;
        return last >> left & 1;
    }
}
