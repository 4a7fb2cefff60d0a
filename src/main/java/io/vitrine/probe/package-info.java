/**
 * A linear probe: logistic regression on an output's vectors, judged on held-out images and saved as a pipeline of Spark ML.
 *
 * <p>May import {@code vectors}, {@code ml}, {@code job}, {@code report}, {@code model}, {@code hub}, {@code checkpoint}, {@code
 * graph}, {@code image.decode}, Spark, Spark ML and Hadoop.
 */
package io.vitrine.probe;
