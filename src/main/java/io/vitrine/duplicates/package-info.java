/**
 * Groups of near-duplicates among the current vectors of an output: cut into blocks by Spark, compared block by block, joined to
 * groups.
 *
 * <p>May import {@code vectors}, {@code search.page} for its page, the job's Spark helpers, {@code catalog}, Spark, Hadoop and
 * Jackson.
 */
package io.vitrine.duplicates;
