package io.vitrine.image.preprocess;

import io.vitrine.Size;

/**
 * An image that is resized, cropped and padded for the model.
 *
 * @param pixels (height, width, 3) 8-bit levels; or little-endian 32-bit floats if the preprocessing {@link
 *     Preprocessing#givesFloats}. The {@link ImagePreprocessor} reuses the array for the next image
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PreprocessedImage(Size size, byte[] pixels) {}
