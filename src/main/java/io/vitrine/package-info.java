/**
 * What every room shares: faults, by what a caller can do about them; the reasons why an image has no features; sizes,
 * bytes and digests. Also the entry point of the jar.
 *
 * <p>May import the JDK only. {@link io.vitrine.Vitrine}, the entry point, calls {@code cli}. Every room but {@code
 * launch} may import this package.
 */
package io.vitrine;
