/**
 * Commands for people who work on Vitrine: the quick start and the benchmark. They are in {@code vitrine-dev.jar}, not
 * in the jar that ships.
 *
 * <p>May import picocli and every room. No room imports this one.
 */
package io.vitrine.dev;
