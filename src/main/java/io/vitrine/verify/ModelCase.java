package io.vitrine.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.convert.Conversion;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.Precision;
import io.vitrine.image.preprocess.PixelValues;
import io.vitrine.image.preprocess.PreprocessedImage;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.ErrorMetrics;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.Placement;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A case of kind {@code model}: runs images through preprocessing and model, and compares every expected tensor. Vectors are
 * computed a second time without the matrices, because that graph can differ.
 */
final class ModelCase implements OracleCase.Check {
    private static final String PIXELS = "pixel_values";

    private final Path folder;
    private final JsonNode node;
    private final ComputePlan compute;
    private final Placement placement;
    private final OracleImages prepared;

    ModelCase(Path folder, JsonNode node, ComputePlan compute, Placement placement, OracleImages prepared) {
        this.folder = folder;
        this.node = node;
        this.compute = compute;
        this.placement = placement;
        this.prepared = prepared;
    }

    /** The faults and errors found so far. */
    private record Findings(List<String> faults, List<String> measured) {
        OracleCase.Finding join() {
            Optional<String> fault = faults.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", faults));
            return new OracleCase.Finding(fault, String.join("; ", measured));
        }
    }

    @Override
    public OracleCase.Finding find() throws IOException, ImageRejectedException {
        Path own = folder.resolve(node.path("checkpoint").asText());
        Checkpoint checkpoint = Checkpoint.open(Conversion.toSafetensors(own, ModelFileCache.DEFAULT));
        Preprocessing preprocessing = preprocessing(checkpoint.config().family().modelType());
        List<PreprocessedImage> images = images(preprocessing);
        ModelPlan plan = new ModelPlan(checkpoint, preprocessing, images.get(0).size());
        ExpectedTensors expected =
                new ExpectedTensors(folder.resolve(node.path("expected").asText()));

        Findings findings = new Findings(new ArrayList<>(), new ArrayList<>());
        if (node.path("tensors").has(PIXELS)) {
            float[] values = pixelValues(images, preprocessing);
            double tolerance = node.path("tolerance").path(PIXELS).path("abs").asDouble(1e-6);
            Difference.exceeding(values, expected.floats(PIXELS), tolerance)
                    .ifPresent(fault -> findings.faults.add(PIXELS + " " + fault));
        }
        List<String> wanted = wanted();
        List<String> vectors = plan.onnxModel(wanted).signature().outputs().stream()
                .filter(ModelSignature.Output::isVector)
                .map(ModelSignature.Output::name)
                .toList();
        compare(plan, wanted, images, expected, "", findings);
        if (!vectors.isEmpty() && vectors.size() < wanted.size()) {
            compare(plan, vectors, images, expected, " alone", findings);
        }
        return findings.join();
    }

    /** The vectors {@code output} of the case's images. */
    List<float[]> vectors(String output) throws IOException, ImageRejectedException {
        Path own = folder.resolve(node.path("checkpoint").asText());
        Checkpoint checkpoint = Checkpoint.open(Conversion.toSafetensors(own, ModelFileCache.DEFAULT));
        Preprocessing preprocessing = preprocessing(checkpoint.config().family().modelType());
        List<PreprocessedImage> images = images(preprocessing);
        ModelPlan plan = new ModelPlan(checkpoint, preprocessing, images.get(0).size());
        GraphRequest request = plan.request(List.of(output)).withPrecision(compute.precision());
        try (FeatureModel model = FeatureModel.load(request, compute.engine(), ModelFileCache.DEFAULT, 1, placement);
                FeatureModel.Runner runner = model.runner(images.size())) {
            images.forEach(image -> runner.batch().add(image.pixels()));
            BatchFeatures features = runner.run();
            return IntStream.range(0, images.size())
                    .mapToObj(i -> features.floats(output, i))
                    .toList();
        }
    }

    private void compare(
            ModelPlan plan,
            List<String> outputs,
            List<PreprocessedImage> images,
            ExpectedTensors expected,
            String note,
            Findings findings)
            throws IOException {
        GraphRequest request = plan.request(outputs).withPrecision(compute.precision());
        try (FeatureModel model = FeatureModel.load(request, compute.engine(), ModelFileCache.DEFAULT, 1, placement);
                FeatureModel.Runner runner = model.runner(images.size())) {
            images.forEach(image -> runner.batch().add(image.pixels()));
            BatchFeatures features = runner.run();
            for (ModelSignature.Output output : model.signature().outputs()) {
                String name = output.name() + note + " ";
                float[] wanted = expected.floats(output.name());
                float[] actual = all(features, output, images.size());
                if (compute.precision() == Precision.fp32) {
                    Difference.exceeding(actual, wanted, tolerance(wanted))
                            .ifPresent(fault -> findings.faults.add(name + fault));
                } else {
                    ErrorMetrics close = ErrorMetrics.of(actual, wanted, output.elements());
                    findings.measured.add(name + close);
                    (output.isVector()
                                    ? close.vectorFault(compute.precision())
                                    : close.matrixFault(compute.precision()))
                            .ifPresent(fault -> findings.faults.add(name + fault));
                }
            }
        }
    }

    private Preprocessing preprocessing(String modelType) {
        PreprocessorFile file =
                PreprocessorFile.read(folder.resolve(node.path("preprocessor").asText()));
        Preprocessing own = Preprocessing.read(file.node(), modelType, file.source());
        JsonNode size = node.path("size_override");
        if (size.isMissingNode()) {
            return own;
        }
        if (node.path("size_override_is").asText().equals("input_size")) {
            return own.withOutputSize(Oracle.size(size));
        }
        ResizeTarget target = size.has("shortest_edge")
                ? new ResizeTarget.ShortestEdge(size.path("shortest_edge").asInt())
                : new ResizeTarget.Exact(Oracle.size(size));
        Preprocessing.Builder resized = own.toBuilder().resizeTo(target);
        return node.path("center_crop_disabled").asBoolean(false)
                ? resized.noCrop().build()
                : resized.build();
    }

    private List<PreprocessedImage> images(Preprocessing preprocessing) throws IOException, ImageRejectedException {
        List<PreprocessedImage> images = new ArrayList<>();
        for (JsonNode image : node.path("images")) {
            images.add(prepared.prepare(folder.resolve(image.asText()), preprocessing, Oracle.exif(node)));
        }
        return images;
    }

    private List<String> wanted() {
        List<String> wanted = new ArrayList<>();
        node.path("tensors").fieldNames().forEachRemaining(name -> {
            if (!name.equals(PIXELS)) {
                wanted.add(name);
            }
        });
        return wanted;
    }

    /** The manifest's strict rule if it has one, else the loose one with its floor. */
    private double tolerance(float[] expected) {
        JsonNode rule = node.path("tolerance").path("outputs");
        return rule.has("strict_rel_to_max_abs")
                ? rule.path("strict_rel_to_max_abs").asDouble() * Difference.maxAbs(expected)
                : rule.path("rel_to_max_abs").asDouble(1e-4) * Difference.maxAbs(expected)
                        + rule.path("abs_floor").asDouble(1e-5);
    }

    private static float[] pixelValues(List<PreprocessedImage> images, Preprocessing preprocessing) {
        Size size = images.get(0).size();
        int length = 3 * size.height() * size.width();
        float[] values = new float[images.size() * length];
        for (int i = 0; i < images.size(); i++) {
            float[] one = PixelValues.of(images.get(i), preprocessing);
            System.arraycopy(one, 0, values, i * length, length);
        }
        return values;
    }

    private static float[] all(BatchFeatures features, ModelSignature.Output output, int images) {
        float[] values = new float[images * output.elements()];
        for (int i = 0; i < images; i++) {
            System.arraycopy(features.floats(output.name(), i), 0, values, i * output.elements(), output.elements());
        }
        return values;
    }
}
