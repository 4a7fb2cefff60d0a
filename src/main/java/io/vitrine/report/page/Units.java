package io.vitrine.report.page;

import java.util.Locale;

/** Numbers as a person reads them. */
final class Units {
    private static final String[] BINARY = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Units() {}

    /** A count with separators: 1,234,567. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Bytes in the largest unit that gives at least 1: 12.3 MiB. */
    static String bytes(double bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 ? count(Math.round(value)) : significant(value)) + " " + BINARY[unit];
    }

    /** A duration: 0.123 s, 12.3 s, 4 min 10 s, 3 h 20 min. */
    static String seconds(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 120) {
            return significant(seconds) + " s";
        }
        return whole < 7200
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    /** Three significant digits, and all digits of larger numbers: 0.123, 1.23, 12.3, 1,234. */
    static String significant(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** A share: 12 %, 0.3 %. */
    static String percent(double share) {
        double percent = 100 * share;
        return (percent > 0 && percent < 1
                        ? String.format(Locale.ROOT, "%.1f", percent)
                        : Long.toString(Math.round(percent)))
                + " %";
    }
}
