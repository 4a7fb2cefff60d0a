package io.vitrine.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ConfigurationException;
import io.vitrine.ImageRejectedException;
import io.vitrine.Sha256;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.image.decode.ExifOrientation;
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
 * A folder of reference vectors, and the cases that compare this program with them.
 *
 * <p>Its {@code manifest.json} has {@code images} and {@code cases}. An image is a file with the SHA-256 of its RGB bytes, with and
 * without EXIF rotation. Cases are of these kinds: {@code preprocess} (an image, a preprocessor, the expected {@code pixel_values}),
 * {@code model} (images, a checkpoint, the expected output tensors), {@code text}, {@code zero_shot} and {@code label_scores}.
 */
public final class Oracle {
    private final Path folder;
    private final ComputePlan compute;
    private final Placement placement;
    private final OracleImages images;
    private final JsonNode manifest;

    /** Opens {@code folder}. Images are decoded on the CPU only. */
    public Oracle(Path folder, ComputePlan compute, Placement placement) {
        this(folder, compute, placement, Optional.empty());
    }

    /**
     * Opens {@code folder}.
     *
     * @param compute engine and precision of the models
     * @param placement the device that runs them
     * @param comparison decodes the JPEGs of all cases a second time
     * @throws VitrineException if the folder has no manifest.json, or it is damaged
     */
    public Oracle(Path folder, ComputePlan compute, Placement placement, Optional<DecoderComparison> comparison) {
        if (!Files.isRegularFile(folder.resolve("manifest.json"))) {
            throw new ConfigurationException("No manifest.json in " + folder
                    + ". Give a folder of reference vectors, such as src/test/resources/oracle; its README says how"
                    + " to make one.");
        }
        this.folder = folder;
        this.compute = compute;
        this.placement = placement;
        this.images = new OracleImages(comparison);
        this.manifest = JsonFile.read(folder.resolve("manifest.json"));
    }

    /** All cases, images first. */
    public List<OracleCase> cases() {
        List<OracleCase> cases = new ArrayList<>();
        for (JsonNode image : manifest.path("images")) {
            String file = image.path("file").asText();
            String rotated = image.path("rgb_sha256").asText();
            cases.add(new OracleCase(
                    "image/" + file,
                    () -> OracleCase.Finding.exact(compareDecoded(file, ExifOrientation.APPLY, rotated))));
            if (image.has("rgb_no_exif_sha256")) {
                String stored = image.path("rgb_no_exif_sha256").asText();
                cases.add(new OracleCase(
                        "image/" + file + " (EXIF ignored)",
                        () -> OracleCase.Finding.exact(compareDecoded(file, ExifOrientation.IGNORE, stored))));
            }
        }
        for (JsonNode node : manifest.path("cases")) {
            cases.add(new OracleCase(node.path("id").asText(), check(node)));
        }
        return cases;
    }

    private OracleCase.Check check(JsonNode node) {
        return switch (node.path("kind").asText()) {
            case "preprocess" -> () -> OracleCase.Finding.exact(comparePreprocessed(node));
            case "model" ->
                node.path("naflex").asBoolean()
                        ? new RefusedCase(folder, node)
                        : new ModelCase(folder, node, compute, placement, images);
            case "text" -> new TextCase(folder, node);
            case "label_scores" -> new LabelScoresCase(folder, node, images);
            case "zero_shot" -> new ZeroShotCase(folder, node, images);
            default ->
                () -> OracleCase.Finding.exact(
                        Optional.of("kind '" + node.path("kind").asText() + "' is not supported"));
        };
    }

    private Optional<String> compareDecoded(String file, ExifOrientation exif, String expected)
            throws IOException, ImageRejectedException {
        Preprocessing asDecoded = Preprocessing.builder(ImageProcessor.VIT).build();
        byte[] pixels = images.prepare(folder.resolve("images").resolve(file), asDecoded, exif)
                .pixels();
        String actual = Sha256.hex(pixels);
        return actual.equals(expected)
                ? Optional.empty()
                : Optional.of("RGB bytes have SHA-256 " + actual + ", expected " + expected);
    }

    private Optional<String> comparePreprocessed(JsonNode node) throws IOException, ImageRejectedException {
        PreprocessorFile file = preprocessorFile(node);
        Path counts = folder.resolve(node.path("preprocessor").asText());
        if (!file.file().equals(counts)) {
            return Optional.of("takes the preprocessing from " + file.file() + ", expected " + counts);
        }
        Preprocessing preprocessing = Preprocessing.read(file.node(), "vit", file.source());
        PreprocessedImage image =
                images.prepare(folder.resolve(node.path("image").asText()), preprocessing, exif(node));
        ExpectedTensors expected =
                new ExpectedTensors(folder.resolve(node.path("expected").asText()));
        float[] values = PixelValues.of(image, preprocessing);
        float[] wanted = node.has("encoding")
                ? expected.fromLookupTable(node.path("image").asText().replaceFirst("^images/", ""))
                : expected.floats(node.path("key").asText());
        double tolerance = node.path("tolerance").path("abs").asDouble(1e-6);
        return Difference.exceeding(values, wanted, tolerance).map(fault -> "pixel_values " + fault);
    }

    /** The preprocessing of a checkpoint's {@code folder} if the case has one, else of the file. */
    private PreprocessorFile preprocessorFile(JsonNode node) {
        return node.has("folder")
                ? PreprocessorFile.find(folder.resolve(node.path("folder").asText()))
                : PreprocessorFile.read(folder.resolve(node.path("preprocessor").asText()));
    }

    static ExifOrientation exif(JsonNode node) {
        return node.path("loader").asText().contains("exif_transpose") ? ExifOrientation.APPLY : ExifOrientation.IGNORE;
    }

    static Size size(JsonNode node) {
        return new Size(node.path("height").asInt(), node.path("width").asInt());
    }
}
