/**
 * What the tests of several rooms share: an S3 store, Spark sessions and a Spark cluster on this machine, submissions, requests
 * and small helpers. Every test may import it. It imports the product and {@code io.vitrine.dev.sandbox}, but no tests.
 */
package io.vitrine.testkit;
