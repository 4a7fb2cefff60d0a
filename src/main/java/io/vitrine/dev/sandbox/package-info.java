/**
 * An S3 store and submissions on this machine, for the quick start, the benchmark and the tests.
 *
 * <p>May import every room, Spark, Hadoop and Jackson.
 */
package io.vitrine.dev.sandbox;
