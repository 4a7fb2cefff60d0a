/**
 * Joins a checkpoint with the preprocessing of its images.
 *
 * <p>May import {@code io.vitrine.checkpoint}, {@code io.vitrine.graph} and {@code io.vitrine.image}.
 */
package io.vitrine.model;
