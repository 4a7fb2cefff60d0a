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

/** The inspection of a ViT with two layers and a classifier of three classes. */
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
}
