package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;

/** Runs printed models on a batch of two images, a black one and a noisy one. Returns the outputs of the noisy one by name. */
final class ModelRuns {
    private ModelRuns() {}

    /** Runs on ONNX Runtime. */
    static Map<String, float[]> run(OnnxModel onnx) {
        try (FeatureModel model = FeatureModel.load(onnx, 1)) {
            return outputsOfSecondImage(model);
        }
    }

    /**
     * Runs on PyTorch.
     *
     * @param folder where the archive is written
     */
    static Map<String, float[]> run(TorchScript script, Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "model", ".pt");
        script.write(file);
        try (FeatureModel model = FeatureModel.load(file, script.signature(), 1)) {
            return outputsOfSecondImage(model);
        }
    }

    /** @param tolerance relative to the largest magnitude in {@code expected} */
    static void assertClose(String name, float[] actual, float[] expected, float tolerance) {
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual).as(name).containsExactly(expected, Offset.offset(tolerance * largest));
    }

    private static Map<String, float[]> outputsOfSecondImage(FeatureModel model) {
        byte[] image = noise(model.signature());
        try (FeatureModel.Runner runner = model.runner(2)) {
            runner.batch().add(new byte[image.length]);
            runner.batch().add(image);
            BatchFeatures features = runner.run();
            Map<String, float[]> values = new LinkedHashMap<>();
            for (ModelSignature.Output output : model.signature().outputs()) {
                values.put(output.name(), features.floats(output.name(), 1));
            }
            return values;
        }
    }

    private static byte[] noise(ModelSignature signature) {
        byte[] image = new byte[signature.imageBytes()];
        Random random = new Random(2);
        if (signature.input() == PixelInput.UINT8) {
            random.nextBytes(image);
        } else {
            ByteBuffer floats = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
            while (floats.hasRemaining()) {
                floats.putFloat(random.nextFloat() * 2 - 1);
            }
        }
        return image;
    }
}
