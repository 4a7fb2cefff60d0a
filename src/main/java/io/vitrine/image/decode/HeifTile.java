package io.vitrine.image.decode;

import io.vitrine.Size;
import java.io.Serializable;

/**
 * A coded image of a HEIF file.
 *
 * @param size that the file gives it
 * @param configuration the property with the configuration of its codec
 */
record HeifTile(Size size, HeifData data, IsoCursor.Box configuration) implements Serializable {}
