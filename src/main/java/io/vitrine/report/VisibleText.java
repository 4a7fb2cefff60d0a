package io.vitrine.report;

import java.util.Locale;

/** Texts from elsewhere, such as paths, that are safe to show in a terminal and on a page. */
public final class VisibleText {
    private VisibleText() {}

    /** Text without characters that change how a page or a terminal shows the rest: these become {@code \}{@code uXXXX}. */
    public static String of(String text) {
        StringBuilder visible = new StringBuilder();
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                visible.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                visible.appendCodePoint(c);
            }
        });
        return visible.toString();
    }
}
