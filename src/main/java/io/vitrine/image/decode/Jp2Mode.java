package io.vitrine.image.decode;

/** Pillow's modes of JPEG 2000 images: what it does with their samples. */
enum Jp2Mode {
    L,
    LA,
    P,
    PA,
    I16,
    RGB,
    RGBA,
    CMYK
}
