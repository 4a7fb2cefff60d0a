/**
 * Resizes RGB images: 8-bit levels exactly as Pillow does, 32-bit floats as torchvision does. The two share their passes and
 * differ in arithmetic.
 *
 * <p>Imports {@link io.vitrine.image} and the root package, no library.
 */
package io.vitrine.image.resample;
