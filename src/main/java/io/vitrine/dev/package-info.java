/**
 * Commands for people who work on Vitrine: the quick start and the benchmark. They are in {@code vitrine-dev.jar}, not in the jar
 * that ships, and may import every room; no room imports them.
 */
package io.vitrine.dev;
