package io.vitrine.gpu;

import java.time.Duration;

/**
 * How long a device may take for what takes it milliseconds.
 *
 * @param warning after which the log says that the device does not answer
 * @param limit after which nobody waits any more. The device may still write to the memory that it was given
 */
record Patience(Duration warning, Duration limit) {
    static final Patience DEFAULT = new Patience(Duration.ofSeconds(30), Duration.ofMinutes(10));
}
