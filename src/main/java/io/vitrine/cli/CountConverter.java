package io.vitrine.cli;

import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a count, or {@code auto} for one that Vitrine chooses. */
final class CountConverter implements ITypeConverter<OptionalInt> {
    static final String AUTO = "auto";

    @Override
    public OptionalInt convert(String value) {
        if (value.equals(AUTO)) {
            return OptionalInt.empty();
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw new TypeConversionException("'" + value + "' is neither a number, such as 8, nor auto");
        }
        return OptionalInt.of(Integer.parseInt(value));
    }
}
