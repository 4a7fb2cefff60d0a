/**
 * Decodes a task's images so that none of them can hang or kill the task: under a time limit, and in a child process
 * where an image may crash its decoder.
 *
 * <p>{@link io.vitrine.image.isolate.TaskDecoder} chooses. {@link io.vitrine.image.isolate.ChildMain} is the child's
 * program; {@link io.vitrine.image.isolate.Wire} is what the two processes say to each other.
 *
 * <p>May import {@code image.preprocess}, {@code image.decode}, ImageIO, and classes of OpenCV, FFmpeg, zstd, xz and
 * Jackson (to find their jars).
 */
package io.vitrine.image.isolate;
