/** An S3 store and submissions on this machine, for the quick start, the benchmark and the tests. */
package io.vitrine.dev.sandbox;
