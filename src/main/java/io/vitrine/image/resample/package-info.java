/**
 * Resizes RGB images: 8-bit levels exactly as Pillow does, 32-bit floats as torchvision does. The two share their
 * passes and differ in arithmetic.
 *
 * <p>May import {@code image}, and no library.
 */
package io.vitrine.image.resample;
