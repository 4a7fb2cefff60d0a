package io.vitrine;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Height and width, in pixels; of a grid, in patches. */
public record Size(int height, int width) implements Serializable {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4})(?:x([1-9][0-9]{0,4}))?");

    /**
     * Reads {@code 384} or {@code 384x512}, height first.
     *
     * @throws ConfigurationException if the text is neither
     */
    public static Size parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new ConfigurationException("'" + text + "' is neither a side (384) nor height x width (384x512)");
        }
        int height = Integer.parseInt(matcher.group(1));
        return new Size(height, matcher.group(2) == null ? height : Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }
}
