package io.vitrine.image.decode;

/** Image formats that have an {@link ImageCodec}, listed in {@link ImageCodecs}. {@link UnsupportedFormats} knows more by name. */
public enum ImageFormat {
    JPEG,
    PNG,
    GIF,
    BMP,
    TIFF,
    WEBP,
    AVIF,
    HEIC,
    JPEG2000,
    PNM,
    ICO,
    CUR,
    PSD,
    DIB,
    TGA
}
