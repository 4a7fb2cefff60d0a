package io.vitrine.image.jpeg2000;

/**
 * A subband of a resolution, divided into precincts.
 *
 * @param orientation 0 for low frequencies, 1 for high ones of rows, 2 of columns, 3 of both
 * @param bitPlanes as its quantization says
 * @param stepSize of its coefficients, if they are quantized
 * @param precincts row by row; null where no packet came yet
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Subband(int orientation, Area area, int bitPlanes, float stepSize, Precinct[] precincts) {}
