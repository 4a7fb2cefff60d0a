package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Differences between the model families that the oracle's vectors do not show. */
final class ModelFamiliesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "vit-tiny-a, 'last_hidden_state,pooler_output,cls,mean'",
        "vit-cls, 'last_hidden_state,logits,cls,mean'",
        "deit-distilled, 'last_hidden_state,pooler_output,cls,mean'",
        "deit-teacher, 'last_hidden_state,logits,cls_logits,distillation_logits,cls,mean'",
        "beit, 'last_hidden_state,pooler_output,cls,mean'",
        "beit-shared-cls, 'last_hidden_state,pooler_output,logits,cls,mean'",
        "dinov2, 'last_hidden_state,pooler_output,cls,mean'",
        "dinov2-swiglu-cls, 'last_hidden_state,pooler_output,logits,cls,mean'",
        "dinov2-registers, 'last_hidden_state,pooler_output,cls,mean'"
    })
    void eachFamilyOffersTheOutputsOfItsClass(String name, String outputs) {
        Checkpoint checkpoint = Checkpoint.open(OracleCheckpoints.folder(name));
        assertThat(ModelOutputs.summaryOutputs(checkpoint)).containsExactly(outputs.split(","));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vit-tiny-a",
                "vit-cls",
                "deit-distilled",
                "deit-teacher",
                "beit",
                "beit-shared-cls",
                "dinov2",
                "dinov2-swiglu-cls",
                "dinov2-registers"
            })
    void eachFamilyUsesEveryTensor(String name) {
        assertThat(OnnxModel.unusedTensors(Checkpoint.open(OracleCheckpoints.folder(name))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"vit-tiny-a, 1", "deit-teacher, 2", "beit, 1", "beit-shared-cls, 1", "dinov2, 1", "dinov2-registers, 5"
    })
    void clsIsTheFirstTokenAndMeanAveragesThePatches(String name, int prefix) {
        ModelPlan plan = OracleCheckpoints.plan(name);
        byte[] image = noise(plan, 8);
        try (FeatureModel model = FeatureModel.load(plan.onnxModel(List.of("last_hidden_state", "cls", "mean")), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(image);
            BatchFeatures features = runner.run();
            float[] last = features.floats("last_hidden_state", 0);
            int hidden = plan.checkpoint().config().hiddenSize();
            int tokens = last.length / hidden;
            float[] cls = features.floats("cls", 0);
            float[] mean = features.floats("mean", 0);
            for (int d = 0; d < hidden; d++) {
                double sum = 0;
                for (int t = prefix; t < tokens; t++) {
                    sum += last[t * hidden + d];
                }
                assertThat(cls[d]).isEqualTo(last[d]);
                assertThat((double) mean[d]).isCloseTo(sum / (tokens - prefix), offset(1e-5));
            }
        }
    }

    @Test
    void withoutQkvBiasTheOutputProjectionKeepsItsBias() throws IOException {
        ModelPlan plan = ModelPlan.of(
                SmallCheckpoint.of("vit", Map.of("qkv_bias", false)).write(folder), Optional.empty());
        assertThat(plan.onnxModel(List.of("last_hidden_state")).weights().keySet())
                .filteredOn(name -> name.startsWith("encoder.layer.0.attention.") && name.endsWith(".bias"))
                .containsExactly("encoder.layer.0.attention.output.dense.bias");
    }

    @Test
    void data2vecComputesWhatBeitComputes() throws IOException {
        Folders.copy(OracleCheckpoints.folder("beit"), folder);
        Path config = folder.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replace("\"model_type\": \"beit\"", "\"model_type\": \"data2vec-vision\""));
        assertThat(pooled(ModelPlan.of(folder, Optional.empty()))).isEqualTo(pooled(OracleCheckpoints.plan("beit")));
    }

    @Test
    void dinov2TakesThePreprocessorsImageSize() {
        ModelPlan plan = OracleCheckpoints.plan("dinov2");
        assertThat(plan.imageSize()).isNotEqualTo(plan.checkpoint().config().imageSize());
        assertThat(pooled(plan)).hasSize(36);
    }

    @Test
    void relativePositionTablesHaveOneEntryPerOffsetAndThreeMore() {
        int[] index = RelativePositions.index(new Size(2, 3));
        assertThat(RelativePositions.entries(new Size(2, 3))).isEqualTo(3 * 5 + 3);
        assertThat(index).hasSize(49);
        assertThat(index[0]).isEqualTo(17); // class token to itself
        assertThat(index[3]).isEqualTo(15); // class token to a patch
        assertThat(index[7]).isEqualTo(16); // a patch to the class token
        assertThat(index[8]).isEqualTo(7); // a patch to itself: the middle of the table
        assertThat(index[7 * 6 + 1]).isEqualTo(14); // last patch to first: the largest offset
        assertThat(index[7 + 6]).isEqualTo(0); // first patch to last: the smallest offset
    }

    @ParameterizedTest
    @EnumSource(PositionEmbeddings.Resampling.class)
    void resamplingToTheSameGridChangesNothing(PositionEmbeddings.Resampling resampling) {
        float[] table = new float[(1 + 12) * 5];
        Random random = new Random(1);
        for (int i = 0; i < table.length; i++) {
            table[i] = random.nextFloat();
        }
        Size grid = new Size(3, 4);
        assertThat(PositionEmbeddings.resample(table, 1, grid, grid, 5, resampling))
                .containsExactly(table, offset(1e-6f));
    }

    private static float[] pooled(ModelPlan plan) {
        try (FeatureModel model = FeatureModel.load(plan.onnxModel(List.of("pooler_output")), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(noise(plan, 4));
            return runner.run().floats("pooler_output", 0);
        }
    }

    private static byte[] noise(ModelPlan plan, int seed) {
        byte[] image = new byte[PixelInput.UINT8.imageBytes(plan.imageSize())];
        new Random(seed).nextBytes(image);
        return image;
    }
}
