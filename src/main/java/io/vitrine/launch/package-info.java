/**
 * Turns the arguments of a launcher in {@code jobs/} into the process to start: which JVM options, class path, heap and
 * options of spark-submit.
 *
 * <p>Runs in a small JVM before Spark and the libraries are there, so it may import the JDK only, and of other rooms {@code spark.SparkLine}.
 */
package io.vitrine.launch;
