package io.vitrine.image.resample;

import io.vitrine.ModelException;

/** Pillow's resampling filters, by the codes preprocessor_config.json uses. */
public enum ResampleFilter {
    NEAREST(0, 0),
    LANCZOS(1, 3),
    BILINEAR(2, 1),
    BICUBIC(3, 2),
    BOX(4, 0.5),
    HAMMING(5, 1);

    private final int code;
    private final double support;

    ResampleFilter(int code, double support) {
        this.code = code;
        this.support = support;
    }

    /** Half the filter's width, in output pixels when enlarging. */
    double support() {
        return support;
    }

    public int code() {
        return code;
    }

    public static ResampleFilter of(int code, Object source) {
        for (ResampleFilter filter : values()) {
            if (filter.code == code) {
                return filter;
            }
        }
        throw new ModelException("resample is " + code + " in " + source
                + "; known: 0 nearest, 1 lanczos, 2 bilinear, 3 bicubic, 4 box, 5 hamming.");
    }

    /** The weight at distance {@code x} from the centre. NEAREST has none: it does not convolve. */
    double weight(double x) {
        return switch (this) {
            case NEAREST -> throw new IllegalStateException("nearest has no weights");
            case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
            case BILINEAR -> Math.max(0, 1 - Math.abs(x));
            case HAMMING -> hamming(Math.abs(x));
            case BICUBIC -> bicubic(Math.abs(x));
            case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        };
    }

    private static double hamming(double x) {
        if (x == 0) {
            return 1;
        }
        if (x >= 1) {
            return 0;
        }
        double angle = x * Math.PI;
        return Math.sin(angle) / angle * (0.54f + 0.46f * Math.cos(angle)); // Pillow's constants are 32-bit
    }

    private static double bicubic(double x) {
        double a = -0.5;
        if (x < 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    private static double sinc(double x) {
        if (x == 0) {
            return 1;
        }
        double angle = x * Math.PI;
        return Math.sin(angle) / angle;
    }
}
