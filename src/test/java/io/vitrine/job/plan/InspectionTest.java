package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The inspection of a ViT with two layers and a classifier of three classes, and of towers of other families. */
final class InspectionTest {
    @TempDir
    private static Path folder;

    private static Inspection inspection;

    @BeforeAll
    static void inspect() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of(
                        "vit", Map.of("id2label", Map.of("0", "cat", "1", "dog", "2", "bird")))
                .with("classifier.weight", 3, SmallCheckpoint.HIDDEN)
                .with("classifier.bias", 3);
        inspection = Inspection.of("acme/vit-small", ModelPlan.of(small.write(folder), Optional.empty()));
    }

    private static JsonNode json() {
        return new ObjectMapper()
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .valueToTree(inspection);
    }

    @Test
    void theJsonIsFlatAndItsKeysKeepTheirOrder() {
        assertThat(json().fieldNames())
                .toIterable()
                .containsExactly(
                        "location",
                        "model_type",
                        "fingerprint",
                        "parameters",
                        "tensors",
                        "bytes",
                        "dtypes",
                        "layers",
                        "hidden_size",
                        "heads",
                        "intermediate_size",
                        "hidden_act",
                        "image_size",
                        "patch_size",
                        "input_size",
                        "tokens",
                        "prefix_tokens",
                        "pooler",
                        "classes",
                        "labels",
                        "preprocessing",
                        "columns",
                        "unread");
    }

    @Test
    void sizesAreTheCheckpoints() {
        assertThat(inspection.encoder()).isEqualTo(new Inspection.Encoder(2, 16, 2, 24, "gelu"));
        assertThat(inspection.input()).isEqualTo(new Inspection.Input("24x24", "8x8", "24x24", 10, 1));
        assertThat(inspection.classifier().classes()).isEqualTo(3);
        assertThat(inspection.classifier().labels()).containsExactly("cat", "dog", "bird");
    }

    @Test
    void columnsHaveTheShapeAndBytesOfOneImage() {
        assertThat(inspection.columns())
                .contains(
                        new Inspection.Column("pooler_output", List.of(16), 64),
                        new Inspection.Column("last_hidden_state", List.of(10, 16), 640),
                        new Inspection.Column("hidden_states", List.of(3, 10, 16), 1920),
                        new Inspection.Column("attentions", List.of(2, 2, 10, 10), 1600),
                        new Inspection.Column("logits", List.of(3), 12),
                        new Inspection.Column("label_score", List.of(), 4));
    }

    @Test
    void theTextNamesTheModelAndItsColumns() {
        assertThat(inspection.toString())
                .contains("model          acme/vit-small\n")
                .contains("tokens         10, of which 1 before the patches\n")
                .contains("labels         3: cat, dog, bird, ...\n")
                .contains("last_hidden_state    [10, 16]               640\n");
    }

    @ParameterizedTest
    @CsvSource({
        "oracle2/checkpoints/clip-vision, clip, 2, 32, 2, 64, gelu, 48x48, 16x16, 10, 1",
        "oracle2/checkpoints/siglip-vision, siglip, 2, 40, 5, 40, gelu_tanh, 48x48, 12x12, 16, 0",
        "oracle3/checkpoints/pe-core, timm_wrapper, 2, 32, 4, 128, gelu, 32x32, 8x8, 17, 1",
        "oracle3/checkpoints/eva02-clip, timm_wrapper, 2, 32, 4, 80, silu, 32x32, 8x8, 17, 1"
    })
    void aTowersSizesAreItsCheckpoints(
            String folder,
            String type,
            int layers,
            int hidden,
            int heads,
            int mlp,
            String activation,
            String image,
            String patch,
            int tokens,
            int prefix) {
        Inspection tower = Inspection.of(
                "tower", ModelPlan.of(Path.of("src/test/resources").resolve(folder), Optional.empty()));
        assertThat(tower.source().modelType()).isEqualTo(type);
        assertThat(tower.encoder()).isEqualTo(new Inspection.Encoder(layers, hidden, heads, mlp, activation));
        assertThat(tower.input()).isEqualTo(new Inspection.Input(image, patch, image, tokens, prefix));
        assertThat(tower.columns())
                .contains(
                        new Inspection.Column("pooler_output", List.of(hidden), 4L * hidden),
                        new Inspection.Column("last_hidden_state", List.of(tokens, hidden), 4L * tokens * hidden));
        assertThat(tower.unread()).isEmpty();
    }
}
