package io.vitrine.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 512MiB}, {@code 1g} or {@code 1048576}: bytes, or multiples of 1024 of them. */
final class ByteSizeConverter implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(?:([kmgt])(?:i?b)?)?");
    private static final String UNITS = "kmgt";

    @Override
    public Long convert(String value) {
        Matcher matcher = FORM.matcher(value.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + value + "' is not a size, such as 512MiB or 1GiB");
        }
        long bytes = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2);
        for (int i = unit == null ? 0 : UNITS.indexOf(unit) + 1; i > 0; i--) {
            if (bytes > Long.MAX_VALUE / 1024) {
                throw new TypeConversionException("'" + value + "' is more than a file can hold");
            }
            bytes *= 1024;
        }
        return bytes;
    }
}
