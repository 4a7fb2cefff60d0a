package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.ErrorMetrics;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** int8 on models whose layer norms have outlier channels, as trained ones do, and on images that share a batch. */
final class Int8OutliersTest {
    private static final int IMAGES = 4;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"vit, 1", "vit, 10", "vit, 20", "vit, 40", "vit, 1000", "beit, 40", "dinov2, 40", "dinov3_vit, 40"})
    void outlierChannelsOfANormCostNoAccuracy(String modelType, float factor) throws IOException {
        float[] expected = run(small(modelType), "exact", Precision.fp32, IMAGES);
        SmallCheckpoint outliers = OutlierCheckpoints.scale(small(modelType), factor);
        assertThat(error(run(outliers, "scaled", Precision.fp32, IMAGES), expected))
                .isLessThan(1e-5);
        assertThat(error(run(outliers, "int8", Precision.int8, IMAGES), expected))
                .isLessThan(0.03);
    }

    /** The last layer computes the class token alone, so its query reads a slice of the norm. */
    @ParameterizedTest
    @ValueSource(floats = {1, 40})
    void theClassTokenAloneIsAsExact(float factor) throws IOException {
        SmallCheckpoint outliers = OutlierCheckpoints.scale(small("vit"), factor);
        float[] expected = run(outliers, "exact", "cls", Precision.fp32, IMAGES);
        assertThat(error(run(outliers, "int8", "cls", Precision.int8, IMAGES), expected))
                .isLessThan(0.03);
    }

    @ParameterizedTest
    @CsvSource({"vit, 1", "vit, 40", "dinov2, 40"})
    void anImageDoesNotDependOnItsBatch(String modelType, float factor) throws IOException {
        SmallCheckpoint outliers = OutlierCheckpoints.scale(small(modelType), factor);
        float[] together = run(outliers, "batch", Precision.int8, IMAGES);
        float[] alone = run(outliers, "alone", Precision.int8, 1);
        assertThat(error(alone, together)).isLessThan(1e-6);
    }

    /** One head overflows. Integers have no NaN, and a maximum can ignore it: the scale must carry it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anOverflowInOneHeadReachesTheOutput(int overflowing) throws IOException {
        SmallCheckpoint checkpoint = small("vit");
        for (String part : List.of("query", "key")) {
            float[] weight = checkpoint.values("encoder.layer.0.attention.attention." + part + ".weight");
            int length = weight.length / SmallCheckpoint.HEADS;
            for (int i = overflowing * length; i < (overflowing + 1) * length; i++) {
                weight[i] *= 1e25f;
            }
        }
        for (Precision precision : List.of(Precision.fp32, Precision.int8)) {
            for (float value : run(checkpoint, precision.name(), precision, IMAGES)) {
                assertThat(value).as(precision.name()).isNaN();
            }
        }
    }

    private static SmallCheckpoint small(String modelType) {
        // A width of the MLP that is quantized on every processor.
        return SmallCheckpoint.of(modelType, modelType.equals("vit") ? Map.of("intermediate_size", 32) : Map.of());
    }

    private static double error(float[] actual, float[] expected) {
        return ErrorMetrics.of(actual, expected, expected.length / IMAGES).relativeError();
    }

    private float[] run(SmallCheckpoint checkpoint, String name, Precision precision, int batch) throws IOException {
        return run(checkpoint, name, "last_hidden_state", precision, batch);
    }

    /** The output of {@link #IMAGES} images of very different contrast, {@code batch} at a time. */
    private float[] run(SmallCheckpoint checkpoint, String name, String output, Precision precision, int batch)
            throws IOException {
        ModelPlan plan = ModelPlan.of(checkpoint.write(folder.resolve(name)), Optional.empty());
        GraphRequest request = plan.request(List.of(output)).withPrecision(precision);
        OnnxModel onnx = OnnxModel.print(request);
        int elements = onnx.outputs().get(0).elements();
        float[] values = new float[IMAGES * elements];
        try (FeatureModel model = FeatureModel.load(onnx, 1);
                FeatureModel.Runner runner = model.runner(batch)) {
            for (int from = 0; from < IMAGES; from += batch) {
                runner.batch().clear();
                for (int i = from; i < from + batch; i++) {
                    runner.batch().add(image(i, onnx.signature()));
                }
                BatchFeatures features = runner.run();
                for (int i = 0; i < batch; i++) {
                    System.arraycopy(features.floats(output, i), 0, values, (from + i) * elements, elements);
                }
            }
        }
        return values;
    }

    private static byte[] image(int index, ModelSignature signature) {
        Random random = new Random(index);
        int range = 4 << 2 * index; // 4 to 256 levels
        int values =
                signature.input() == PixelInput.UINT8 ? signature.imageBytes() : signature.imageBytes() / Float.BYTES;
        float[] levels = new float[values];
        byte[] bytes = new byte[values];
        for (int i = 0; i < values; i++) {
            levels[i] = random.nextInt(range);
            bytes[i] = (byte) levels[i];
        }
        return signature.input() == PixelInput.UINT8 ? bytes : SmallCheckpoint.bytes(levels);
    }
}
