package io.vitrine.job.request;

import io.vitrine.ConfigurationException;

/** Checks that components of a request share. */
final class Checks {
    private Checks() {}

    /** @throws ConfigurationException naming the option if {@code value} is below {@code minimum} */
    static void requireAtLeast(String option, long value, long minimum) {
        if (value < minimum) {
            throw new ConfigurationException(option + " is " + value + ", but must be at least " + minimum + ".");
        }
    }
}
