/**
 * Turns the arguments of a launcher in {@code jobs/} into the process to start: which JVM options, class path, heap and
 * options of spark-submit.
 *
 * <p>Runs in a small JVM before Spark and the libraries are there, so it may import the JDK only, and no other room.
 */
package io.vitrine.launch;
