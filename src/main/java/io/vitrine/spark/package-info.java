/**
 * The Spark that this build is for: what it is called, whether the running Spark is of that line, and the calls that differ
 * between Spark 3.5 and Spark 4. Their sources, and those of {@code catalog} that call S3A's SDK, are in {@code src/spark3} and
 * {@code src/spark4}.
 *
 * <p>May import Spark, and no other room. {@link io.vitrine.spark.SparkLine} needs the JDK only.
 */
package io.vitrine.spark;
