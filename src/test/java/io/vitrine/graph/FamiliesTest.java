package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the families differ in, beside the oracle's vectors. */
final class FamiliesTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/oracle/checkpoints");

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
    void eachHasTheOutputsOfItsClassAndReadsEveryTensor(String name, String outputs) {
        Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.resolve(name));
        assertThat(ModelOutputs.brief(checkpoint)).containsExactly(outputs.split(","));
        assertThat(OnnxModel.unread(checkpoint)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"vit-tiny-a, 1", "deit-teacher, 2", "beit, 1", "beit-shared-cls, 1", "dinov2, 1", "dinov2-registers, 5"
    })
    void clsIsTheFirstTokenAndMeanThatOfThePatches(String name, int prefix) {
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve(name), Optional.empty());
        byte[] image = new byte[3 * plan.input().height() * plan.input().width()];
        new Random(8).nextBytes(image);
        try (FeatureModel model = FeatureModel.load(plan.graph(List.of("last_hidden_state", "cls", "mean")), 1);
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
                assertThat((double) mean[d])
                        .isCloseTo(sum / (tokens - prefix), org.assertj.core.data.Offset.offset(1e-5));
            }
        }
    }

    @Test
    void data2vecIsABeitByAnotherName() throws IOException {
        Folders.copy(CHECKPOINTS.resolve("beit"), folder);
        Path config = folder.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replace("\"model_type\": \"beit\"", "\"model_type\": \"data2vec-vision\""));
        assertThat(pooled(folder, Optional.empty())).isEqualTo(pooled(CHECKPOINTS.resolve("beit"), Optional.empty()));
    }

    @Test
    void dinov2TakesItsPreprocessorsSizeWithoutBeingAsked() {
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve("dinov2"), Optional.empty());
        assertThat(plan.input()).isNotEqualTo(plan.checkpoint().config().imageSize());
        assertThat(pooled(CHECKPOINTS.resolve("dinov2"), Optional.empty())).hasSize(36);
    }

    @Test
    void relativePositionsAreThoseOfTheOffsetsAndThreeMore() {
        int[] index = RelativePositions.index(new Size(2, 3));
        assertThat(RelativePositions.entries(new Size(2, 3))).isEqualTo(3 * 5 + 3);
        assertThat(index).hasSize(49);
        assertThat(index[0]).isEqualTo(17); // class to class
        assertThat(index[3]).isEqualTo(15); // class to any
        assertThat(index[7]).isEqualTo(16); // any to class
        assertThat(index[8]).isEqualTo(7); // a patch to itself: the middle
        assertThat(index[7 * 6 + 1]).isEqualTo(14); // last to first: the largest offset
        assertThat(index[7 + 6]).isEqualTo(0); // first to last: the smallest
    }

    @Test
    void positionsResampledToTheirOwnGridAreUnchanged() {
        float[] table = new float[(1 + 12) * 5];
        Random random = new Random(1);
        for (int i = 0; i < table.length; i++) {
            table[i] = random.nextFloat();
        }
        Size grid = new Size(3, 4);
        for (boolean smooth : new boolean[] {false, true}) {
            assertThat(PositionEmbeddings.resample(table, 1, grid, grid, 5, smooth))
                    .containsExactly(table, org.assertj.core.data.Offset.offset(1e-6f));
        }
    }

    private static float[] pooled(Path folder, Optional<Size> size) {
        ModelPlan plan = ModelPlan.of(folder, size);
        byte[] image = new byte[3 * plan.input().height() * plan.input().width()];
        new Random(4).nextBytes(image);
        try (FeatureModel model = FeatureModel.load(plan.graph(List.of("pooler_output")), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(image);
            return runner.run().floats("pooler_output", 0);
        }
    }
}
