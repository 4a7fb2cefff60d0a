package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The first box of an ISO base media file: which formats it is of.
 *
 * @param major the brand that describes the file best
 * @param brands all brands, the major one first
 */
record FileTypeBox(String major, List<String> brands) {
    private static final int MAX_BRANDS = 64;
    private static final Set<String> AV1 = Set.of("avif", "avis", "avio");
    private static final Set<String> HEVC =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "heif");
    /** Brands of image files in general, and of other codecs. */
    private static final Set<String> HEIF = Set.of(
            "mif1", "mif2", "msf1", "miaf", "avci", "avcs", "jpeg", "jpgs", "j2ki", "j2is", "vvic", "vvis", "evbi");

    FileTypeBox {
        brands = List.copyOf(brands);
    }

    static Optional<FileTypeBox> read(FileBytes file) {
        if (file.length() < 12 || !file.matches(4, "ftyp")) {
            return Optional.empty();
        }
        long end = file.length();
        if (file.at(0) == 0) { // else it claims more than 16 MiB
            end = Math.min(end, file.at(1) << 16 | file.at(2) << 8 | file.at(3));
        }
        List<String> brands = new ArrayList<>();
        brands.add(brand(file, 8));
        for (int at = 16; at + 4 <= end && brands.size() < MAX_BRANDS; at += 4) {
            brands.add(brand(file, at));
        }
        return Optional.of(new FileTypeBox(brands.get(0), brands));
    }

    private static String brand(FileBytes file, int at) {
        StringBuilder brand = new StringBuilder(4);
        for (int i = 0; i < 4; i++) {
            brand.append((char) file.at(at + i));
        }
        return brand.toString();
    }

    boolean isAvif() {
        return brands.stream().anyMatch(AV1::contains);
    }

    /** The image format, for people; empty for films. */
    Optional<String> format() {
        if (isAvif()) {
            return Optional.of("AVIF of major brand " + major);
        } else if (brands.stream().anyMatch(HEVC::contains)) {
            return Optional.of(HeicCodec.MAJOR_BRANDS.contains(major) ? "HEIC" : "HEIC of major brand " + major);
        } else if (major.equals("crx ")) {
            return Optional.of("CR3 raw");
        }
        return brands.stream().filter(HEIF::contains).findFirst().map(brand -> "HEIF of brand " + brand);
    }
}
