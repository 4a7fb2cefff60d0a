/**
 * Translators with which DJL, DJL Serving and its Spark extension run exported models on image files.
 *
 * <p>May import {@code image}, {@code checkpoint}, DJL and Jackson.
 */
package io.vitrine.djl;
