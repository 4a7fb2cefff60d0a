package io.vitrine.image.jpeg2000;

/**
 * The whole coded data of a tile.
 *
 * @param data has them from {@code from} to {@code to}
 * @param packedHeaders headers of packets, if they are stored apart; else null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TilePart(int number, TileParameters parameters, byte[] data, int from, int to, HeaderBytes packedHeaders) {}
