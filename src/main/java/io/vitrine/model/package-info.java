/**
 * Joins a checkpoint with the preprocessing of its images.
 *
 * <p>May import {@code checkpoint}, {@code graph} and {@code image}.
 */
package io.vitrine.model;
