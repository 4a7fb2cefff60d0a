package io.vitrine.cli;

import io.vitrine.Size;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 384} or {@code 384x512}, height first. */
final class SizeConverter implements ITypeConverter<Size> {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4})(?:x([1-9][0-9]{0,4}))?");

    @Override
    public Size convert(String value) {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + value + "' is neither a side (384) nor height x width (384x512)");
        }
        int height = Integer.parseInt(matcher.group(1));
        return new Size(height, matcher.group(2) == null ? height : Integer.parseInt(matcher.group(2)));
    }
}
