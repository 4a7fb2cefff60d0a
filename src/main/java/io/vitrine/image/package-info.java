/**
 * Image files become the pixels that a model reads, exactly as Pillow and Hugging Face's image processors compute them.
 *
 * <p>{@link io.vitrine.image.preprocess} uses {@link io.vitrine.image.decode} and {@link io.vitrine.image.resample}, which do not
 * know each other. {@link io.vitrine.image.RgbImage} passes between them. Imports only the root package.
 */
package io.vitrine.image;
