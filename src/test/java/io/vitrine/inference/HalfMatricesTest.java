package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.Precision;
import io.vitrine.model.ModelPlan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matrices that leave a model as 16-bit floats are its 32-bit ones, rounded. */
final class HalfMatricesTest {
    private static final Path CHECKPOINT = Path.of("src/test/resources/oracle/checkpoints/vit-tiny-a");
    private static final String MATRIX = "last_hidden_state";
    private static final String VECTOR = "pooler_output";
    private static final int IMAGES = 3;

    @TempDir
    private Path cache;

    @ParameterizedTest
    @CsvSource({"onnxruntime, fp32", "onnxruntime, fp16", "onnxruntime, int8", "pytorch, fp32", "pytorch, bf16"})
    void areTheFloatsRounded(InferenceEngine engine, Precision precision) {
        assumeTrue(engine.isHere(), "PyTorch's natives are on the class path for Linux on x86-64 only");
        ModelPlan plan = ModelPlan.of(CHECKPOINT, Optional.empty());
        GraphRequest request = plan.request(List.of(MATRIX, VECTOR), HeadMask.NONE, plan.form(), precision);
        BatchFeatures floats = run(request, engine);
        BatchFeatures halves = run(request.withHalves(true), engine);
        for (int image = 0; image < IMAGES; image++) {
            float[] exact = floats.floats(MATRIX, image);
            ByteBuffer rounded = ByteBuffer.allocate(Short.BYTES * exact.length).order(ByteOrder.LITTLE_ENDIAN);
            float[] read = new float[exact.length];
            for (int i = 0; i < exact.length; i++) {
                rounded.putShort(HalfFloat.fromFloat(exact[i]));
                read[i] = HalfFloat.toFloat(HalfFloat.fromFloat(exact[i]));
            }
            assertThat(halves.bytes(MATRIX, image)).isEqualTo(rounded.array());
            assertThat(halves.floats(MATRIX, image)).containsExactly(read);
            assertThat(halves.floats(VECTOR, image)).containsExactly(floats.floats(VECTOR, image));
        }
    }

    private BatchFeatures run(GraphRequest request, InferenceEngine engine) {
        try (FeatureModel model = FeatureModel.load(request, engine, cache, 1, Placement.CPU);
                FeatureModel.Runner runner = model.runner(IMAGES)) {
            assertThat(model.signature().outputs())
                    .extracting(OnnxModel.Output::half)
                    .containsExactlyInAnyOrder(request.halves(), false);
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
