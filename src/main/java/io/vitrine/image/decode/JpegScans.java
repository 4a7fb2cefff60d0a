package io.vitrine.image.decode;

import java.io.Serializable;

/**
 * A JPEG's passes over the image.
 *
 * @param first offset of the first scan's marker
 * @param count 1 for most JPEGs, about 10 for progressive ones
 * @param arePartial whether the first scan does not bring the whole image, so that others may follow
 * @param restarts restart markers that a whole scan should have
 */
record JpegScans(int first, int count, boolean arePartial, int restarts) implements Serializable {}
