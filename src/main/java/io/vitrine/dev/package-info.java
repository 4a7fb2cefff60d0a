/**
 * Commands for people who work on Vitrine: the quick start and the benchmark. They are in a jar of their own, not
 * in the jar that ships.
 *
 * <p>May import picocli and every room. No room imports this one.
 */
package io.vitrine.dev;
