/**
 * Decodes and preprocesses batches of JPEG files on a GPU, to the same bytes as the CPU path. Files that it is unsure of go to the
 * CPU path, which judges them.
 *
 * <p>May import {@code cuda}, {@code image} and its rooms.
 */
package io.vitrine.gpu;
