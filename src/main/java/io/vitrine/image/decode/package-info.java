/**
 * Decodes image files to 8-bit RGB, as Pillow's {@code convert("RGB")} does. The header is read first: it gives the
 * format, size and orientation, and whether the file is complete. Files without a complete image are rejected with a
 * reason.
 *
 * <p>Each format has an {@link io.vitrine.image.decode.ImageCodec}. To add one, write its codec, add it to {@link
 * io.vitrine.image.decode.ImageCodecs}, and name it in {@link io.vitrine.image.decode.ImageFormat}.
 *
 * <p>May import {@code image}, {@code image.jpeg2000}, OpenCV, FFmpeg, the JDK's ImageIO, JNA for the C library, zstd and xz.
 */
package io.vitrine.image.decode;
