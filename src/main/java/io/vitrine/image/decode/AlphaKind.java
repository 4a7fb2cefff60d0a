package io.vitrine.image.decode;

/** What the alpha of a HEIF file does to its colours. */
enum AlphaKind {
    NONE,
    STRAIGHT,
    /** Colours are multiplied by it. */
    PREMULTIPLIED
}
