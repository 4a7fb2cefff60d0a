package io.vitrine.image.decode;

import java.util.Set;

/** How the images of a HEIF file are coded, and by whose rules the file is read: those of libavif or of libheif. */
enum HeifCoding {
    AV1("av01", "av1C", Set.of("a1op", "lsel", "clap", "irot", "imir"), 64),
    HEVC("hvc1", "hvcC", Set.of(), 1);

    /** The type of coded items. */
    final String item;

    /** The property with the codec's configuration. */
    final String configuration;

    /** Properties that must be marked as essential. */
    final Set<String> essential;

    /** Pixels per side that a grid's tiles have at least. */
    final int minTileSide;

    HeifCoding(String item, String configuration, Set<String> essential, int minTileSide) {
        this.item = item;
        this.configuration = configuration;
        this.essential = essential;
        this.minTileSide = minTileSide;
    }
}
