package io.vitrine.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Sha256;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.PixelValues;
import io.vitrine.image.preprocess.PreprocessedImage;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder of reference vectors, run through the product's own code.
 *
 * <p>Its {@code manifest.json} has {@code images} (a file and the SHA-256 of its RGB bytes with and without EXIF rotation)
 * and {@code cases}, each of kind {@code preprocess} (an image, a preprocessor and the expected {@code pixel_values}) or
 * {@code model} (images, a checkpoint and the expected output tensors).
 */
public final class Oracle {
    private final Path folder;
    private final ComputePlan compute;
    private final Placement placement;
    private final JsonNode manifest;

    /**
     * One comparison.
     *
     * @param fault what differs, or empty if nothing does
     * @param measured how far inexact numbers are off, in words; empty where they are to be exact
     */
    public record Outcome(String id, Optional<String> fault, String measured) {
        Outcome(String id, Optional<String> fault) {
            this(id, fault, "");
        }
    }

    /** One case: a name and what runs it, which answers the fault if there is one. */
    public record Case(String id, Check check) {
        /** Runs the case; what it throws is its fault. */
        public Outcome run() {
            try {
                Finding finding = check.find();
                return new Outcome(id, finding.fault(), finding.measured());
            } catch (VitrineException | ImageRejectedException e) {
                return new Outcome(id, Optional.of(String.valueOf(e.getMessage())));
            } catch (IOException | RuntimeException e) {
                return new Outcome(id, Optional.of(e.toString()));
            }
        }
    }

    /** Compares, and says what differs. */
    public interface Check {
        Finding find() throws IOException, ImageRejectedException;
    }

    /** What a comparison found. */
    public record Finding(Optional<String> fault, String measured) {
        static Finding of(Optional<String> fault) {
            return new Finding(fault, "");
        }
    }

    /**
     * Opens {@code folder}.
     *
     * @param compute what runs the models
     * @param placement where
     * @throws VitrineException if it has no manifest.json
     */
    public Oracle(Path folder, ComputePlan compute, Placement placement) {
        if (!Files.isRegularFile(folder.resolve("manifest.json"))) {
            throw new ConfigurationException(
                    "No manifest.json in " + folder
                            + ". Give a folder of reference vectors; src/test/resources/oracle is one, and its README says how.");
        }
        this.folder = folder;
        this.compute = compute;
        this.placement = placement;
        this.manifest = JsonFile.read(folder.resolve("manifest.json"));
    }

    /** Every case, images first. */
    public List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (JsonNode image : manifest.path("images")) {
            String file = image.path("file").asText();
            String rotated = image.path("rgb_sha256").asText();
            cases.add(new Case("image/" + file, () -> Finding.of(decoded(file, ExifOrientation.APPLY, rotated))));
            if (image.has("rgb_no_exif_sha256")) {
                String stored = image.path("rgb_no_exif_sha256").asText();
                cases.add(new Case(
                        "image/" + file + " (EXIF ignored)",
                        () -> Finding.of(decoded(file, ExifOrientation.IGNORE, stored))));
            }
        }
        for (JsonNode node : manifest.path("cases")) {
            cases.add(new Case(node.path("id").asText(), check(node)));
        }
        return cases;
    }

    private Check check(JsonNode node) {
        return switch (node.path("kind").asText()) {
            case "preprocess" -> () -> Finding.of(preprocessed(node));
            case "model" -> new ModelCase(folder, node, compute, placement);
            default -> () -> Finding.of(Optional.of("kind '" + node.path("kind").asText() + "' is not supported"));
        };
    }

    private Optional<String> decoded(String file, ExifOrientation exif, String expected)
            throws IOException, ImageRejectedException {
        Preprocessing none = Preprocessing.builder(ImageProcessor.VIT).build();
        byte[] pixels =
                prepare(folder.resolve("images").resolve(file), none, exif).pixels();
        String actual = Sha256.hex(pixels);
        return actual.equals(expected)
                ? Optional.empty()
                : Optional.of("RGB bytes have SHA-256 " + actual + ", expected " + expected);
    }

    private Optional<String> preprocessed(JsonNode node) throws IOException, ImageRejectedException {
        Path config = folder.resolve(node.path("preprocessor").asText());
        Preprocessing preprocessing = Preprocessing.read(JsonFile.read(config), "vit", config);
        PreprocessedImage image = prepare(folder.resolve(node.path("image").asText()), preprocessing, exif(node));
        ExpectedTensors expected =
                new ExpectedTensors(folder.resolve(node.path("expected").asText()));
        float[] values = PixelValues.of(image, preprocessing);
        float[] wanted = node.has("encoding")
                ? expected.looked(node.path("image").asText().replaceFirst("^images/", ""))
                : expected.floats(node.path("key").asText());
        double tolerance = node.path("tolerance").path("abs").asDouble(1e-6);
        return Difference.beyond(values, wanted, tolerance).map(fault -> "pixel_values " + fault);
    }

    static ExifOrientation exif(JsonNode node) {
        return node.path("loader").asText().contains("exif_transpose") ? ExifOrientation.APPLY : ExifOrientation.IGNORE;
    }

    static PreprocessedImage prepare(Path file, Preprocessing preprocessing, ExifOrientation exif)
            throws IOException, ImageRejectedException {
        FileBytes bytes = FileBytes.of(Files.readAllBytes(file));
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(preprocessing, ImageLimits.DEFAULT, new DecodeOptions(exif, JpegScaling.EXACT))) {
            return preprocessor.preprocess(bytes);
        }
    }

    static Size size(JsonNode node) {
        return new Size(node.path("height").asInt(), node.path("width").asInt());
    }
}
