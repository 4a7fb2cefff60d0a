package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.inference.FeatureModel;
import io.vitrine.job.ModelPlan;
import io.vitrine.sandbox.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ViT's relatives that the oracle lacks, and ViT itself, against {@link NaiveTransformer}, on the weights of a small ViT. */
final class RelativesTest {
    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"vit, 17", "vit_msn, 17", "vit_mae, 17", "ijepa, 16"})
    void agreesWithThePlainForwardPass(String modelType, int tokens) throws IOException {
        boolean classToken = !modelType.equals("ijepa");
        Folders.copy(Path.of("src/test/resources/oracle/checkpoints/vit-tiny-a"), folder);
        write("config.json", Map.of("model_type", modelType), List.of("layer_norm_eps"));
        write("preprocessor_config.json", Map.of("do_rescale", false, "do_normalize", false), List.of());
        rewriteWeights(classToken);

        ModelPlan plan = ModelPlan.of(folder, Optional.empty());
        Checkpoint checkpoint = plan.checkpoint();
        assertThat(checkpoint.config().layerNormEps()).isEqualTo(modelType.equals("vit_msn") ? 1e-6 : 1e-12);
        assertThat(FeatureGraph.brief(checkpoint)) // no pooler is invented
                .containsExactlyElementsOf(
                        classToken
                                ? List.of("last_hidden_state", "cls", "mean")
                                : List.of("last_hidden_state", "mean"));
        assertThat(FeatureGraph.unread(checkpoint)).isEmpty();

        byte[] image = new byte[32 * 32 * 3];
        new Random(6).nextBytes(image);
        double[][] expected = new NaiveTransformer(checkpoint).lastHiddenState(image, classToken);
        try (FeatureModel model = FeatureModel.load(plan.graph(List.of("last_hidden_state")), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(image);
            float[] actual = runner.run().floats("last_hidden_state", 0);
            assertThat(expected).hasNumberOfRows(tokens);
            for (int t = 0; t < tokens; t++) {
                for (int d = 0; d < 48; d++) {
                    assertThat((double) actual[t * 48 + d]).isCloseTo(expected[t][d], Offset.offset(2e-4));
                }
            }
        }
    }

    private void write(String name, Map<String, Object> values, List<String> removed) throws IOException {
        Path file = folder.resolve(name);
        ObjectNode node = (ObjectNode) json.readTree(file.toFile());
        values.forEach((key, value) -> node.set(key, json.valueToTree(value)));
        node.remove(removed);
        json.writeValue(file.toFile(), node);
    }

    /** Leaves the pooler out, and without a class token that token and the first position too. */
    private void rewriteWeights(boolean classToken) throws IOException {
        Path file = folder.resolve("model.safetensors");
        ByteBuffer old = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) old.getLong();
        JsonNode header = json.readTree(new String(old.array(), 8, length, StandardCharsets.UTF_8));
        ObjectNode kept = json.createObjectNode();
        ByteBuffer data = ByteBuffer.allocate(old.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        for (Map.Entry<String, JsonNode> tensor : header.properties()) {
            String name = tensor.getKey();
            boolean dropped = name.startsWith("pooler.")
                    || name.equals("__metadata__")
                    || !classToken && name.equals("embeddings.cls_token");
            if (dropped) {
                continue;
            }
            boolean positions = !classToken && name.equals("embeddings.position_embeddings");
            int from = tensor.getValue().path("data_offsets").get(0).asInt() + (positions ? 48 * 4 : 0);
            int to = tensor.getValue().path("data_offsets").get(1).asInt();
            ObjectNode entry = kept.putObject(name).put("dtype", "F32");
            entry.set(
                    "shape",
                    positions
                            ? json.valueToTree(List.of(1, 16, 48))
                            : tensor.getValue().path("shape"));
            entry.set("data_offsets", json.valueToTree(List.of(data.position(), data.position() + to - from)));
            float factor = name.contains("patch_embeddings.projection.weight") ? 1 / 255f : 1; // raw pixels are large
            for (int at = from; at < to; at += 4) {
                data.putFloat(old.getFloat(8 + length + at) * factor);
            }
        }
        byte[] text = json.writeValueAsBytes(kept);
        ByteBuffer out = ByteBuffer.allocate(8 + text.length + data.position()).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(text.length).put(text).put(data.array(), 0, data.position());
        Files.write(file, out.array());
    }
}
