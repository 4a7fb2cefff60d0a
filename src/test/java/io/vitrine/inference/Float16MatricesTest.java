package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OracleCheckpoints;
import io.vitrine.graph.OutputType;
import io.vitrine.graph.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matrix outputs in 16-bit floats. */
final class Float16MatricesTest {
    private static final String MATRIX = "last_hidden_state";
    private static final String VECTOR = "pooler_output";
    private static final int IMAGES = 3;

    @TempDir
    private Path cache;

    @ParameterizedTest
    @CsvSource({"onnxruntime, fp32", "onnxruntime, fp16", "onnxruntime, int8", "pytorch, fp32", "pytorch, bf16"})
    void matricesAreThe32BitOnesRounded(InferenceEngine engine, Precision precision) {
        assumeTrue(engine.isAvailable(), "the class path has PyTorch's libraries for Linux on x86-64 only");
        GraphRequest request = OracleCheckpoints.plan("vit-tiny-a")
                .request(List.of(MATRIX, VECTOR))
                .withPrecision(precision);
        BatchFeatures float32 = run(request, engine);
        BatchFeatures float16 = run(request.withMatrixType(OutputType.FLOAT16), engine);
        for (int image = 0; image < IMAGES; image++) {
            float[] exact = float32.floats(MATRIX, image);
            ByteBuffer rounded = ByteBuffer.allocate(Short.BYTES * exact.length).order(ByteOrder.LITTLE_ENDIAN);
            float[] widened = new float[exact.length];
            for (int i = 0; i < exact.length; i++) {
                rounded.putShort(HalfFloat.fromFloat(exact[i]));
                widened[i] = HalfFloat.toFloat(HalfFloat.fromFloat(exact[i]));
            }
            assertThat(float16.bytes(MATRIX, image)).isEqualTo(rounded.array());
            assertThat(float16.floats(MATRIX, image)).containsExactly(widened);
            assertThat(float16.floats(VECTOR, image)).containsExactly(float32.floats(VECTOR, image));
        }
    }

    private BatchFeatures run(GraphRequest request, InferenceEngine engine) {
        try (FeatureModel model = FeatureModel.load(request, engine, cache, 1, Placement.CPU);
                FeatureModel.Runner runner = model.runner(IMAGES)) {
            assertThat(model.signature().outputs())
                    .extracting(ModelSignature.Output::type)
                    .containsExactlyInAnyOrder(request.matrixType(), OutputType.FLOAT32);
            Random random = new Random(5);
            byte[] image = new byte[model.signature().imageBytes()];
            while (!runner.batch().isFull()) {
                random.nextBytes(image);
                runner.batch().add(image);
            }
            return runner.run();
        }
    }
}
