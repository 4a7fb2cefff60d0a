/**
 * Preprocesses images as the checkpoint's image processor does: reads preprocessor_config.json, then decodes, resizes and crops.
 *
 * <p>Imports {@link io.vitrine.image.decode}, {@link io.vitrine.image.resample}, {@link io.vitrine.image}, the root package and
 * Jackson.
 */
package io.vitrine.image.preprocess;
