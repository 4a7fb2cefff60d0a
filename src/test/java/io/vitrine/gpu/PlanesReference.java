package io.vitrine.gpu;

import java.util.Arrays;
import java.util.List;

/**
 * libjpeg's upsampling and colours, of planes of samples, written row by row as libjpeg does (jdsample.c, jdcolor.c). Slow, and
 * separate from the kernels.
 */
final class PlanesReference {
    /** Samples of a component, row after row, and how many pixels each stands for. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Plane(int[][] rows, int across, int down) {
        int width() {
            return rows[0].length;
        }
    }

    private PlanesReference() {}

    /** A component in the image's size. */
    static int[][] upsampled(Plane plane, int width, int height) {
        int[][] out = new int[height][];
        for (int y = 0; y < height; y++) {
            int[] row = plane.rows[y / plane.down];
            boolean fancy = plane.across != 2 || plane.width() > 2;
            if (plane.down == 2 && plane.across <= 2 && fancy) {
                int beside = Math.max(0, Math.min(plane.rows.length - 1, y / 2 + (y % 2 == 0 ? -1 : 1)));
                int[] sums = new int[row.length];
                for (int x = 0; x < sums.length; x++) {
                    sums[x] = 3 * row[x] + plane.rows[beside][x];
                }
                out[y] = plane.across == 2 ? doubled(sums, 4, 8, 7, width) : quarters(sums, y % 2 == 0 ? 1 : 2, width);
            } else if (plane.across == 2 && plane.down == 1 && fancy) {
                out[y] = doubled(row, 1, 1, 2, width);
            } else {
                out[y] = new int[width];
                for (int x = 0; x < width; x++) {
                    out[y][x] = row[x / plane.across];
                }
            }
        }
        return out;
    }

    private static int[] quarters(int[] sums, int bias, int width) {
        int[] out = new int[width];
        for (int x = 0; x < width; x++) {
            out[x] = (sums[x] + bias) >> 2;
        }
        return out;
    }

    /** Two pixels of each value, which is in units of {@code 1 / unit}. */
    private static int[] doubled(int[] row, int unit, int leftBias, int rightBias, int width) {
        int last = row.length - 1;
        int shift = unit == 1 ? 2 : 4;
        int[] out = new int[2 * row.length];
        for (int x = 0; x <= last; x++) {
            int left = row[Math.max(0, x - 1)];
            int right = row[Math.min(last, x + 1)];
            out[2 * x] = (3 * row[x] + left + leftBias) >> shift;
            out[2 * x + 1] = (3 * row[x] + right + rightBias) >> shift;
        }
        return Arrays.copyOf(out, width);
    }

    /** RGB, (height, width, 3), of components in the image's size. */
    static byte[] rgb(String colour, List<int[][]> components, int width, int height) {
        byte[] out = new byte[3 * width * height];
        int[] pixel = new int[4];
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += 3) {
                for (int i = 0; i < components.size(); i++) {
                    pixel[i] = components.get(i)[y][x];
                }
                int[] rgb = colour(colour, pixel);
                for (int c = 0; c < 3; c++) {
                    out[at + c] = (byte) rgb[c];
                }
            }
        }
        return out;
    }

    private static int[] colour(String colour, int[] pixel) {
        return switch (colour) {
            case "GREY" -> new int[] {pixel[0], pixel[0], pixel[0]};
            case "RGB" -> new int[] {pixel[0], pixel[1], pixel[2]};
            case "YCBCR" -> ofYcbcr(pixel);
            case "CMYK" -> ofInks(pixel, pixel[3]);
            default -> {
                int[] rgb = ofYcbcr(pixel);
                yield ofInks(new int[] {255 - rgb[0], 255 - rgb[1], 255 - rgb[2]}, pixel[3]);
            }
        };
    }

    private static int[] ofYcbcr(int[] pixel) {
        double cb = pixel[1] - 128;
        double cr = pixel[2] - 128;
        return new int[] {
            clip(pixel[0] + fixed(1.402) * cr), // one product, rounded half up
            clip(pixel[0] - fixed(0.34414) * cb - fixed(0.71414) * cr),
            clip(pixel[0] + fixed(1.772) * cb)
        };
    }

    /** As libjpeg's constants are: 16 bits behind the point. */
    private static double fixed(double factor) {
        return Math.floor(factor * (1 << 16) + 0.5) / (1 << 16);
    }

    private static int clip(double value) {
        return (int) Math.max(0, Math.min(255, Math.floor(value + 0.5)));
    }

    /** Inverted inks: a level is that of the paper, less the ink's share of it. */
    private static int[] ofInks(int[] inverted, int invertedBlack) {
        int[] rgb = new int[3];
        for (int c = 0; c < 3; c++) {
            int ink = 255 - inverted[c];
            rgb[c] = invertedBlack - (int) Math.floor(ink * invertedBlack / 255.0 + 0.5);
        }
        return rgb;
    }
}
