/**
 * Turns the arguments of a launcher in {@code jobs/} into the process to start: which JVM options, class path, heap and options
 * of spark-submit. Runs in a small JVM before Spark, so it uses the JDK only.
 */
package io.vitrine.launch;
