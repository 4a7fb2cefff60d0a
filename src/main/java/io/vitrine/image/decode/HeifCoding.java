package io.vitrine.image.decode;

import java.util.Set;

/** How the images of a HEIF file are coded, and by whose rules the file is read: those of libavif or of libheif. */
enum HeifCoding {
    AV1("av01", "av1C", 64),
    HEVC("hvc1", "hvcC", 1);

    private static final Set<String> ESSENTIAL_IN_AVIF = Set.of("a1op", "lsel", "clap", "irot", "imir");

    /** The type of coded items. */
    final String item;

    /** The property with the codec's configuration. */
    final String configuration;

    /** Pixels per side that a grid's tiles have at least. */
    final int minTileSide;

    HeifCoding(String item, String configuration, int minTileSide) {
        this.item = item;
        this.configuration = configuration;
        this.minTileSide = minTileSide;
    }

    /** Whether the property must be marked as essential. */
    boolean requiresEssential(String property) {
        return this == AV1 && ESSENTIAL_IN_AVIF.contains(property);
    }
}
