package io.vitrine.image.resample;

import java.util.Optional;

/** Pillow's resampling filters. */
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

    /** Half the width of the filter, in pixels of the smaller image. */
    double support() {
        return support;
    }

    /** Pillow's code, which {@code preprocessor_config.json} uses. */
    public int code() {
        return code;
    }

    /** The filter with Pillow's {@code code}; empty if there is none. */
    public static Optional<ResampleFilter> ofCode(int code) {
        for (ResampleFilter filter : values()) {
            if (filter.code == code) {
                return Optional.of(filter);
            }
        }
        return Optional.empty();
    }

    /** The weight at distance {@code x} from the centre. NEAREST has no weights. */
    double weight(double x) {
        return switch (this) {
            case NEAREST -> throw new IllegalStateException("NEAREST has no weights");
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
        return Math.sin(angle) / angle * (0.54f + 0.46f * Math.cos(angle)); // Pillow's constants are 32-bit floats
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
