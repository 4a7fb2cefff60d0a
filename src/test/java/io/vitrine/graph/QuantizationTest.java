package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.model.ModelPlan;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuantizationTest {
    @Test
    void theLargestWeightOfEachOutputBecomes127() {
        Quantization quantization = new Quantization(new float[] {1, -0.5f, 0.25f, 0, 0, 0}, 2, 3);
        assertThat(quantization.scales()).containsExactly(new float[] {1 / 127f, 1}, offset(1e-9f));
        ByteBuffer integers = quantization.integers(); // (in, out)
        byte[] values = new byte[6];
        integers.get(values);
        assertThat(values).containsExactly(127, 0, -63, 0, 32, 0);
    }

    @Test
    void int8QuantizesLinearMapsOfTheEncoderOnly(@TempDir Path folder) throws Exception {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of("num_hidden_layers", 1, "intermediate_size", 32))
                .with("classifier.weight", 16, SmallCheckpoint.HIDDEN)
                .with("classifier.bias", 16);
        ModelPlan plan = ModelPlan.of(small.write(folder), Optional.empty());
        GraphRequest request = plan.request(List.of("logits", "pooler_output")).withPrecision(Precision.int8);
        assertThat(OnnxModel.print(request).quantizedWeights().keySet())
                .containsExactlyInAnyOrder(
                        "encoder.layer.0.attention.attention.query.weight.int8",
                        "encoder.layer.0.attention.attention.key.weight.int8",
                        "encoder.layer.0.attention.attention.value.weight.int8",
                        "encoder.layer.0.attention.output.dense.weight.int8",
                        "encoder.layer.0.intermediate.dense.weight.int8",
                        "encoder.layer.0.output.dense.weight.int8");
    }
}
