package io.vitrine.image.jpeg2000;

import java.util.Arrays;

/** The arithmetic decoder of code blocks: binary decisions, each in a context that has learned how likely they are. */
final class MqDecoder {
    /** Contexts of a code block: 0 to 8 for significance, 9 to 13 for signs, 14 to 16 for refinement, and these two. */
    static final int RUN_LENGTH = 17;

    static final int UNIFORM = 18;

    private static final int CONTEXTS = 19;
    private static final int FIRST_UNIFORM = 46;
    private static final int FIRST_RUN_LENGTH = 3;
    private static final int FIRST_ZERO_NEIGHBOURS = 4;

    /** For each state: probability of the less likely symbol, next state after the more likely one, after the less likely one. */
    private static final int[][] STATES = {
        {0x5601, 1, 1}, {0x3401, 2, 6}, {0x1801, 3, 9}, {0x0ac1, 4, 12}, {0x0521, 5, 29}, {0x0221, 38, 33},
        {0x5601, 7, 6}, {0x5401, 8, 14}, {0x4801, 9, 14}, {0x3801, 10, 14}, {0x3001, 11, 17}, {0x2401, 12, 18},
        {0x1c01, 13, 20}, {0x1601, 29, 21}, {0x5601, 15, 14}, {0x5401, 16, 14}, {0x5101, 17, 15}, {0x4801, 18, 16},
        {0x3801, 19, 17}, {0x3401, 20, 18}, {0x3001, 21, 19}, {0x2801, 22, 19}, {0x2401, 23, 20}, {0x2201, 24, 21},
        {0x1c01, 25, 22}, {0x1801, 26, 23}, {0x1601, 27, 24}, {0x1401, 28, 25}, {0x1201, 29, 26}, {0x1101, 30, 27},
        {0x0ac1, 31, 28}, {0x09c1, 32, 29}, {0x08a1, 33, 30}, {0x0521, 34, 31}, {0x0441, 35, 32}, {0x02a1, 36, 33},
        {0x0221, 37, 34}, {0x0141, 38, 35}, {0x0111, 39, 36}, {0x0085, 40, 37}, {0x0049, 41, 38}, {0x0025, 42, 39},
        {0x0015, 43, 40}, {0x0009, 44, 41}, {0x0005, 45, 42}, {0x0001, 45, 43}, {0x5601, 46, 46},
    };

    // A state here is twice the standard's number, plus its more likely symbol.
    private static final int[] PROBABILITY = new int[2 * STATES.length];
    private static final byte[] AFTER_LIKELY = new byte[2 * STATES.length];
    private static final byte[] AFTER_UNLIKELY = new byte[2 * STATES.length];

    static {
        for (int i = 0; i < STATES.length; i++) {
            boolean switches = i == 0 || i == 6 || i == 14;
            for (int symbol = 0; symbol < 2; symbol++) {
                PROBABILITY[2 * i + symbol] = STATES[i][0];
                AFTER_LIKELY[2 * i + symbol] = (byte) (2 * STATES[i][1] + symbol);
                AFTER_UNLIKELY[2 * i + symbol] = (byte) (2 * STATES[i][2] + (switches ? 1 - symbol : symbol));
            }
        }
    }

    private final byte[] contexts = new byte[CONTEXTS];
    private byte[] data = {};
    private int position;
    private int end;
    private int interval;
    private int code;
    private int bitsLeft;

    void resetContexts() {
        Arrays.fill(contexts, (byte) 0);
        contexts[UNIFORM] = 2 * FIRST_UNIFORM;
        contexts[RUN_LENGTH] = 2 * FIRST_RUN_LENGTH;
        contexts[0] = 2 * FIRST_ZERO_NEIGHBOURS;
    }

    /** Starts a segment. Past its end, all bits are 1. */
    void start(byte[] data, int from, int to) {
        this.data = data;
        this.position = from;
        this.end = to;
        code = at(position) << 16;
        nextByte();
        code <<= 7;
        bitsLeft -= 7;
        interval = 0x8000;
    }

    private int at(int index) {
        return index < end ? data[index] & 0xff : 0xff;
    }

    private void nextByte() {
        int next = at(position + 1);
        if (at(position) != 0xff) {
            position++;
            code += next << 8;
            bitsLeft = 8;
        } else if (next > 0x8f) { // a marker: the end
            code += 0xff00;
            bitsLeft = 8;
        } else {
            position++;
            code += next << 9;
            bitsLeft = 7;
        }
    }

    /** The next decision, 0 or 1. */
    int decode(int context) {
        int state = contexts[context];
        int probability = PROBABILITY[state];
        interval -= probability;
        int symbol = state & 1;
        if (code >>> 16 < probability) {
            if (interval < probability) {
                contexts[context] = AFTER_LIKELY[state];
            } else {
                contexts[context] = AFTER_UNLIKELY[state];
                symbol ^= 1;
            }
            interval = probability;
        } else {
            code -= probability << 16;
            if ((interval & 0x8000) != 0) {
                return symbol;
            }
            if (interval < probability) {
                contexts[context] = AFTER_UNLIKELY[state];
                symbol ^= 1;
            } else {
                contexts[context] = AFTER_LIKELY[state];
            }
        }
        renormalise();
        return symbol;
    }

    private void renormalise() {
        do {
            if (bitsLeft == 0) {
                nextByte();
            }
            interval <<= 1;
            code <<= 1;
            bitsLeft--;
        } while (interval < 0x8000);
    }
}
