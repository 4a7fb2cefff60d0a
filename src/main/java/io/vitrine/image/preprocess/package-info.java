/**
 * Preprocesses images as the checkpoint's image processor does: reads preprocessor_config.json, then decodes, resizes
 * and crops.
 *
 * <p>May import {@code image.decode}, {@code image.resample}, {@code image} and Jackson.
 */
package io.vitrine.image.preprocess;
