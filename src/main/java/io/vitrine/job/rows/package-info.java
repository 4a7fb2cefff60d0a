/** From an image's result to a Spark row: the output's columns and their values. It may use {@code request}. */
package io.vitrine.job.rows;
