package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.job.request.FailureLimit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of images, or a share of them in percent. */
final class FailureLimitConverter implements ITypeConverter<FailureLimit> {
    @Override
    public FailureLimit convert(String value) {
        try {
            return FailureLimit.parse(value);
        } catch (ConfigurationException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
