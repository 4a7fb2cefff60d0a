package io.vitrine.image.decode;

/**
 * Known image formats: those that have an {@link ImageCodec}, listed in {@link ImageCodecs}, and those that {@link
 * UnsupportedFormats} only recognises.
 */
public enum ImageFormat {
    JPEG,
    PNG,
    GIF,
    BMP,
    TIFF,
    WEBP,
    AVIF,
    HEIF,
    JPEG2000,
    JPEGXL,
    PSD,
    ICO,
    SVG,
    PNM
}
