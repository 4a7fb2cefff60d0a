package io.vitrine.soak;

import io.vitrine.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Pillow says to each mutant of the {@link FuzzCorpus}: whether it reads it, and a digest of the pixels. {@code
 * src/test/resources/fuzz/README.md} says how it was asked.
 */
final class PillowVerdicts {
    /** In place of a digest: decoders of HEVC conceal damage, each in its own way. */
    static final String NOT_COMPARED = "?";

    private static final Path FOLDER = Path.of("src/test/resources/fuzz");
    private static final int DIGEST_BYTES = 4;

    private final String version;
    private final Map<String, List<Optional<String>>> pixels = new HashMap<>();

    private PillowVerdicts(String version) {
        this.version = version;
    }

    static PillowVerdicts read() throws IOException {
        List<String> verdicts = Files.readAllLines(FOLDER.resolve("pillow.txt"), StandardCharsets.UTF_8);
        List<String> digests = Files.readAllLines(FOLDER.resolve("pixels.txt"), StandardCharsets.UTF_8);
        PillowVerdicts all = new PillowVerdicts(verdicts.get(0));
        for (int line = 1; line < verdicts.size(); line++) {
            String[] seed = verdicts.get(line).split(" ");
            List<String> read = List.of(digests.get(line).split(" "));
            List<Optional<String>> mutants = new ArrayList<>();
            int next = 1; // after the name
            for (char verdict : seed[1].toCharArray()) {
                mutants.add(verdict == '+' ? Optional.of(read.get(next++)) : Optional.empty());
            }
            if (!read.get(0).equals(seed[0]) || next != read.size()) {
                throw new IOException("pillow.txt and pixels.txt differ in " + seed[0] + ": record both again");
            }
            all.pixels.put(seed[0], mutants);
        }
        return all;
    }

    /** For example {@code Pillow 12.3.0}. */
    String version() {
        return version;
    }

    /** The {@linkplain #digest digest} of Pillow's pixels; empty if it refuses the mutant. */
    Optional<String> pixels(String seed, int number) {
        return pixels.get(seed).get(number);
    }

    /** The first bytes of the SHA-256 of {@code WIDTHxHEIGHT}, a blank and the pixels, in hexadecimal. */
    static String digest(RgbImage image) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update((image.width() + "x" + image.height() + " ").getBytes(StandardCharsets.US_ASCII));
            sha.update(image.pixels(), 0, image.length());
            return HexFormat.of().formatHex(sha.digest(), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
