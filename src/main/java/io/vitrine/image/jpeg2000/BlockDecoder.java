package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;
import java.util.Arrays;

/**
 * Decodes the coefficients of code blocks, bit plane by bit plane. They are twice as large as they should be: the lowest bit is a
 * half, set where lower bit planes are missing. Not thread-safe; keeps its buffers between blocks.
 */
final class BlockDecoder {
    static final int MAX_BIT_PLANES = 30;

    private static final int STRIPE = 4;
    private static final int REFINEMENT = 14;
    /** Bit planes that are coded arithmetically before others may bypass it. */
    private static final int CODED_PLANES = 4;

    private final MqDecoder mq = new MqDecoder();
    private final RawBits raw = new RawBits();
    private byte[] bytes = {};
    private int[] flags = {};
    private int[] coefficients = {};
    private int width;
    private int height;
    private int stride;
    private int style;
    private byte[] significance = {};

    /** Coefficients of the last block, row by row; valid until the next. */
    int[] coefficients() {
        return coefficients;
    }

    /** @param data what the block's chunks refer to */
    void decode(CodeBlock block, byte[] data, Area area, int orientation, int style, int regionShift)
            throws ImageRejectedException {
        width = area.width();
        height = area.height();
        stride = width + 2;
        this.style = style;
        significance = BlockContexts.SIGNIFICANCE[orientation];
        prepare();
        int plane = regionShift + block.bitPlanes;
        if (plane > MAX_BIT_PLANES) {
            throw Damage.corrupt("a code block of " + plane + " bit planes; OpenJPEG reads " + MAX_BIT_PLANES);
        }
        int length = block.bytes();
        if (bytes.length < length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        block.copyBytes(data, bytes);
        mq.resetContexts();
        int pass = 2; // the first is a cleanup pass
        int from = 0;
        for (int segment = 0; segment < block.segments(); segment++) {
            boolean bypass = (style & CodingStyle.BYPASS) != 0 && pass < 2 && plane <= block.bitPlanes - CODED_PLANES;
            int to = from + block.length(segment);
            if (bypass) {
                raw.start(bytes, from, to);
            } else {
                mq.start(bytes, from, to);
            }
            from = to;
            for (int i = 0; i < block.passes(segment) && plane >= 1; i++) {
                pass(pass, plane, bypass);
                if ((style & CodingStyle.RESET) != 0 && !bypass) {
                    mq.resetContexts();
                }
                if (++pass == 3) {
                    pass = 0;
                    plane--;
                }
            }
        }
    }

    private void prepare() {
        int padded = stride * (height + 2);
        if (flags.length < padded) {
            flags = new int[padded];
        } else {
            Arrays.fill(flags, 0, padded, 0);
        }
        if (coefficients.length < width * height) {
            coefficients = new int[width * height];
        } else {
            Arrays.fill(coefficients, 0, width * height, 0);
        }
    }

    private void pass(int pass, int plane, boolean bypass) {
        int one = 1 << plane;
        int half = one >> 1;
        for (int top = 0; top < height; top += STRIPE) {
            int rows = Math.min(STRIPE, height - top);
            switch (pass) {
                case 0 -> significancePass(top, rows, one | half, bypass);
                case 1 -> refinementPass(top, rows, half, bypass);
                default -> cleanupPass(top, rows, one | half);
            }
        }
        if (pass == 2 && (style & CodingStyle.SEGMENTATION_SYMBOLS) != 0) {
            for (int i = 0; i < 4; i++) {
                mq.decode(MqDecoder.UNIFORM); // a wrong symbol only makes OpenJPEG warn
            }
        }
    }

    private void significancePass(int top, int rows, int value, boolean bypass) {
        for (int x = 0; x < width; x++) {
            int at = (top + 1) * stride + x + 1;
            for (int y = 0; y < rows; y++, at += stride) {
                int known = flags[at];
                if ((known & BlockContexts.NEIGHBOURS) == 0
                        || (known & (BlockContexts.SIGNIFICANT | BlockContexts.VISITED)) != 0) {
                    continue;
                }
                if (bypass) {
                    if (raw.bit() == 1) {
                        setSignificant(x, top + y, at, raw.bit(), value);
                    }
                } else if (mq.decode(significance[known & BlockContexts.NEIGHBOURS]) == 1) {
                    setSignificant(x, top + y, at, sign(known), value);
                }
                flags[at] |= BlockContexts.VISITED;
            }
        }
    }

    private void refinementPass(int top, int rows, int half, boolean bypass) {
        for (int x = 0; x < width; x++) {
            int at = (top + 1) * stride + x + 1;
            int index = top * width + x;
            for (int y = 0; y < rows; y++, at += stride, index += width) {
                int known = flags[at];
                if ((known & (BlockContexts.SIGNIFICANT | BlockContexts.VISITED)) != BlockContexts.SIGNIFICANT) {
                    continue;
                }
                int bit;
                if (bypass) {
                    bit = raw.bit();
                } else if ((known & BlockContexts.REFINED) != 0) {
                    bit = mq.decode(REFINEMENT + 2);
                } else {
                    bit = mq.decode((known & BlockContexts.NEIGHBOURS) != 0 ? REFINEMENT + 1 : REFINEMENT);
                }
                int old = coefficients[index];
                coefficients[index] = old + (bit == 1 ^ old < 0 ? half : -half);
                flags[at] = known | BlockContexts.REFINED;
            }
        }
    }

    private void cleanupPass(int top, int rows, int value) {
        for (int x = 0; x < width; x++) {
            int at = (top + 1) * stride + x + 1;
            int y = 0;
            if (rows == STRIPE
                    && (flags[at] | flags[at + stride] | flags[at + 2 * stride] | flags[at + 3 * stride]) == 0) {
                if (mq.decode(MqDecoder.RUN_LENGTH) == 0) {
                    continue;
                }
                y = mq.decode(MqDecoder.UNIFORM) << 1;
                y |= mq.decode(MqDecoder.UNIFORM);
                at += y * stride;
                setSignificant(x, top + y, at, sign(flags[at]), value);
                y++;
                at += stride;
            }
            for (; y < rows; y++, at += stride) {
                int known = flags[at];
                if ((known & (BlockContexts.SIGNIFICANT | BlockContexts.VISITED)) == 0
                        && mq.decode(significance[known & BlockContexts.NEIGHBOURS]) == 1) {
                    setSignificant(x, top + y, at, sign(known), value);
                }
                flags[at] &= ~BlockContexts.VISITED;
            }
        }
    }

    /** Decodes a sign: 1 if negative. */
    private int sign(int known) {
        int context = BlockContexts.SIGN[known >> BlockContexts.SIGN_SHIFT & 0xff];
        int flipped = context / BlockContexts.FLIPPED;
        return mq.decode(context & BlockContexts.FLIPPED - 1) ^ flipped;
    }

    private void setSignificant(int x, int y, int at, int negative, int value) {
        coefficients[y * width + x] = negative == 1 ? -value : value;
        int[] f = flags;
        f[at] |= BlockContexts.SIGNIFICANT;
        f[at - 1] |= BlockContexts.EAST | negative * BlockContexts.EAST_NEGATIVE;
        f[at + 1] |= BlockContexts.WEST | negative * BlockContexts.WEST_NEGATIVE;
        if (y % STRIPE != 0 || (style & CodingStyle.VERTICALLY_CAUSAL) == 0) {
            f[at - stride] |= BlockContexts.SOUTH | negative * BlockContexts.SOUTH_NEGATIVE;
            f[at - stride - 1] |= BlockContexts.SOUTH_EAST;
            f[at - stride + 1] |= BlockContexts.SOUTH_WEST;
        }
        f[at + stride] |= BlockContexts.NORTH | negative * BlockContexts.NORTH_NEGATIVE;
        f[at + stride - 1] |= BlockContexts.NORTH_EAST;
        f[at + stride + 1] |= BlockContexts.NORTH_WEST;
    }
}
