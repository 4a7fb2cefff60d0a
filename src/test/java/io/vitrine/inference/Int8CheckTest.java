package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OutlierCheckpoints;
import io.vitrine.graph.OutputType;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which models int8 refuses: one that it computes wrongly, and no other. */
final class Int8CheckTest {
    @TempDir
    private Path folder;

    private FeatureModel load(SmallCheckpoint checkpoint, String... outputs) throws IOException {
        GraphRequest request =
                ModelPlan.of(checkpoint.write(folder), Optional.empty()).request(List.of(outputs));
        return Int8Check.load(request, InferenceEngine.onnxruntime, folder, 1, Placement.CPU);
    }

    private static SmallCheckpoint small() {
        return SmallCheckpoint.of("vit", Map.of("intermediate_size", 32));
    }

    @Test
    void aModelWithOutlierChannelsInItsNormsIsLoaded() throws IOException {
        try (FeatureModel model =
                load(OutlierCheckpoints.scale(small(), 40), "pooler_output", "hidden_states.1", "last_hidden_state")) {
            assertThat(model.signature().outputs()).hasSize(3);
        }
    }

    @Test
    void aModelThatInt8GetsWrongIsRefusedWithTheDistance() throws IOException {
        assertThatThrownBy(() -> load(OutlierCheckpoints.beyondInt8(), "cls").close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching(
                        "int8 gives wrong numbers with this checkpoint on this processor: on 3 test pictures,"
                                + " against fp32, cls is off: relative error [0-9.e+-]+, cosine [0-9.-]+; the bounds are relative"
                                + " error 0.1[0-9]* and, for vectors, cosine 0.99[0-9]*\\. Take --precision fp32, or bf16 .*");
    }

    @Test
    void twoLogitsHaveNoDirection() {
        ModelSignature.Output logits = new ModelSignature.Output("logits", List.of(2), OutputType.FLOAT32);
        float[] expected = {3, -4, 0.01f, -0.01f};
        float[] actual = {3, -4, -0.01f, 0.01f};
        assertThat(Int8Check.fault(logits, actual, expected)).isEmpty();
        assertThat(Int8Check.fault(logits, new float[] {3, -2, 0, 0}, expected)).isPresent();
    }

    @Test
    void anImageThatOverflowsInFp32IsNotJudged() {
        ModelSignature.Output cls = new ModelSignature.Output("cls", List.of(20), OutputType.FLOAT32);
        float[] expected = new float[40];
        Arrays.fill(expected, 1);
        float[] actual = expected.clone();
        expected[3] = Float.NaN;
        actual[3] = Float.NaN;
        assertThat(Int8Check.fault(cls, actual, expected)).isEmpty();
        actual[30] = Float.NaN; // finite in fp32
        assertThat(Int8Check.fault(cls, actual, expected)).isPresent();
        Arrays.fill(expected, Float.NaN);
        assertThat(Int8Check.fault(cls, actual, expected)).isEmpty();
    }
}
