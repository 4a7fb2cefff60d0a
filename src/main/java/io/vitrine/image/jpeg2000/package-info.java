/**
 * Decodes JPEG 2000 codestreams (ISO/IEC 15444-1) to the samples of their components. Arithmetic, leniency and severity are
 * those of OpenJPEG 2.5, which Pillow uses: a codestream has the same samples here, and is refused where it is refused there.
 *
 * <p>The door is {@link io.vitrine.image.jpeg2000.Codestream}. Its parts, from the outside in: {@code TileParts} walks through
 * markers, {@code PacketReader} reads packets, {@code BlockDecoder} decodes coefficients, the wavelets turn them into samples.
 *
 * <p>May import nothing but {@code io.vitrine}.
 */
package io.vitrine.image.jpeg2000;
