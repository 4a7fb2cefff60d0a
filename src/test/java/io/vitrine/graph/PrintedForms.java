package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.inference.FeatureModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;

/** Runs every form in which a checkpoint is printed, and compares it with an independent forward pass. */
final class PrintedForms {
    private PrintedForms() {}

    static float[] image(Size size) {
        Random random = new Random(6);
        float[] image = new float[3 * size.height() * size.width()];
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextFloat() - 0.5f;
        }
        return image;
    }

    static GraphRequest request(Checkpoint checkpoint, Size size, String output) {
        Normalization none = new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        return new GraphRequest(checkpoint, size, PixelInput.FLOAT32, none, List.of(output));
    }

    /** Runs the plain graph, the one for GPUs, and the module for PyTorch. */
    static void assertClose(Checkpoint checkpoint, Size size, float[] image, String output, double[][] expected)
            throws IOException {
        GraphRequest request = request(checkpoint, size, output);
        for (OnnxTarget target : OnnxTarget.values()) {
            try (FeatureModel model = FeatureModel.load(OnnxModel.print(request, target), 1)) {
                assertClose(features(model, image, output), expected);
            }
        }
        TorchScript script = TorchScript.print(request);
        Path file = Files.createTempFile("timm", ".pt");
        try {
            script.write(file);
            try (FeatureModel model = FeatureModel.load(file, script.signature(), 1)) {
                assertClose(features(model, image, output), expected);
            }
        } finally {
            Files.delete(file);
        }
    }

    /**
     * Compares a checkpoint of timm that pools by attention, in all its outputs.
     *
     * @param first the first token that the pooling reads
     */
    static void assertPooledByAttention(Path folder, Size size, NaiveTimm naive, int first) throws IOException {
        float[] image = image(size);
        double[][] last = naive.lastHiddenState(image);
        double[] pooled = naive.attentionPooled(last, first);
        Checkpoint checkpoint = Checkpoint.open(folder);
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertClose(checkpoint, size, image, "last_hidden_state", last);
        assertClose(checkpoint, size, image, "pooler_output", new double[][] {pooled});
        assertClose(checkpoint, size, image, "logits", new double[][] {naive.classified(pooled)});
    }

    private static float[] features(FeatureModel model, float[] image, String output) {
        try (FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(SmallCheckpoint.bytes(image));
            return runner.run().floats(output, 0);
        }
    }

    static void assertClose(float[] actual, double[][] expected) {
        int width = expected[0].length;
        assertThat(actual).hasSize(expected.length * width);
        for (int t = 0; t < expected.length; t++) {
            for (int d = 0; d < width; d++) {
                assertThat((double) actual[t * width + d]).isCloseTo(expected[t][d], Offset.offset(5e-5));
            }
        }
    }
}
