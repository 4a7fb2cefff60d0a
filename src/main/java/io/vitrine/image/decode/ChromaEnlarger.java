package io.vitrine.image.decode;

import io.vitrine.image.decode.YuvPlanes.Chroma;

/**
 * Enlarges chroma to the size of luma with libheif's filter: each new sample takes three parts of the nearest one and one of the
 * next, in each direction. Along the first and last rows and columns of chroma of half the width and height, libheif steps through
 * the samples at half the pace; pixels equal to its own need the same.
 */
final class ChromaEnlarger {
    private final short[] from;
    private final int fromWidth;
    private final int width;
    private final int height;
    private final short[] to;

    private ChromaEnlarger(short[] from, int fromWidth, int width, int height) {
        this.from = from;
        this.fromWidth = fromWidth;
        this.width = width;
        this.height = height;
        this.to = new short[width * height];
    }

    static YuvPlanes enlarge(YuvPlanes planes) {
        return new YuvPlanes(
                planes.width(),
                planes.height(),
                planes.depth(),
                Chroma.FULL,
                planes.luma(),
                enlarge(planes, planes.blue()),
                enlarge(planes, planes.red()));
    }

    private static short[] enlarge(YuvPlanes planes, short[] plane) {
        ChromaEnlarger enlarger =
                new ChromaEnlarger(plane, planes.chroma().width(planes.width()), planes.width(), planes.height());
        if (planes.chroma() == Chroma.HALF_WIDTH) {
            enlarger.doubleWidth();
        } else {
            enlarger.borders();
            enlarger.inside();
        }
        return enlarger.to;
    }

    private void doubleWidth() {
        for (int y = 0; y < height; y++) {
            int in = y * fromWidth;
            int out = y * width;
            to[out] = from[in];
            if ((width & 1) == 0) {
                to[out + width - 1] = from[in + width / 2 - 1];
            }
            for (int x = 1; x < width - 1; x += 2) {
                to[out + x] = mix(from[in + x / 2], from[in + x / 2 + 1]);
                to[out + x + 1] = mix(from[in + x / 2 + 1], from[in + x / 2]);
            }
        }
    }

    private void borders() {
        line(0, 1, 0, 1, width);
        line(0, fromWidth, 0, width, height);
        if ((height & 1) == 0) {
            line((height / 2 - 1) * fromWidth, 1, (height - 1) * width, 1, width);
        }
        if ((width & 1) == 0) {
            line(width / 2 - 1, fromWidth, width - 1, width, height);
        }
    }

    /** A row or column: where it starts in both planes, the steps between its samples, and its new length. */
    private void line(int in, int inStep, int out, int outStep, int length) {
        to[out] = from[in];
        for (int i = 0; i < (length - 1) / 2; i++) {
            short near = from[in + i / 2 * inStep];
            short next = from[in + (i / 2 + 1) * inStep];
            to[out + (2 * i + 1) * outStep] = mix(near, next);
            to[out + (2 * i + 2) * outStep] = mix(next, near);
        }
        if ((length & 1) == 0) {
            to[out + (length - 1) * outStep] = from[in + (length / 2 - 1) * inStep];
        }
    }

    private void inside() {
        for (int y = 1; y < height - 1; y += 2) {
            for (int x = 1; x < width - 1; x += 2) {
                int in = y / 2 * fromWidth + x / 2;
                int a = from[in];
                int b = from[in + 1];
                int c = from[in + fromWidth];
                int d = from[in + fromWidth + 1];
                int out = y * width + x;
                to[out] = (short) (9 * a + 3 * b + 3 * c + d + 8 >> 4);
                to[out + 1] = (short) (3 * a + 9 * b + c + 3 * d + 8 >> 4);
                to[out + width] = (short) (3 * a + b + 9 * c + 3 * d + 8 >> 4);
                to[out + width + 1] = (short) (a + 3 * b + 3 * c + 9 * d + 8 >> 4);
            }
        }
    }

    private static short mix(short near, short next) {
        return (short) (3 * near + next + 2 >> 2);
    }
}
