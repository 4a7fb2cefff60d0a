package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.Size;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 384} or {@code 384x512}, height first. */
final class SizeConverter implements ITypeConverter<Size> {
    @Override
    public Size convert(String value) {
        try {
            return Size.parse(value);
        } catch (ConfigurationException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
