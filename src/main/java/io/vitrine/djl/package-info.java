/**
 * Translators with which DJL, DJL Serving and its Spark extension run exported models on image files.
 *
 * <p>May import {@code io.vitrine.image}, {@code io.vitrine.checkpoint}, DJL ({@code ai.djl}) and Jackson.
 */
package io.vitrine.djl;
