package io.vitrine.report;

import java.util.Locale;

/** Numbers of things, in words. */
public final class Counted {
    private Counted() {}

    /** Such as {@code 1 image} or {@code 1,234 images}. */
    public static String of(long count, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
    }
}
