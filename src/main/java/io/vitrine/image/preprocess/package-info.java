/**
 * Preprocesses images as the checkpoint's image processor does: reads its configuration, then decodes, resizes,
 * crops and pads.
 *
 * <p>May import {@code image.decode}, {@code image.resample}, {@code image} and Jackson.
 */
package io.vitrine.image.preprocess;
