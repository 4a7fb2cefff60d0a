/**
 * The RGB image that passes between the three rooms below. Together they turn image files into the pixels that a model
 * reads, exactly as Pillow and Hugging Face's image processors compute them.
 *
 * <p>Imports the root package only. Of the three, {@link io.vitrine.image.preprocess} imports {@link
 * io.vitrine.image.decode} and {@link io.vitrine.image.resample}, which do not know each other.
 */
package io.vitrine.image;
