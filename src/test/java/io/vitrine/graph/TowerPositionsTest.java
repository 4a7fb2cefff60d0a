package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.checkpoint.TimmCheckpoint;
import io.vitrine.graph.PositionEmbeddings.Resampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** timm's tables of positions: when they are resized, from what grid, and in which precision. */
final class TowerPositionsTest {
    private static final Size LARGER = new Size(40, 56);

    @TempDir
    private Path folder;

    /** A class token and {@code patches} patches have positions; the model's own grid is 3 x 3. */
    private Checkpoint checkpoint(int patches, boolean dynamic) throws IOException {
        return Checkpoint.open(TimmCheckpoint.of(
                        "vit_tiny_patch16_224",
                        Map.of("img_size", 24, "patch_size", 8, "embed_dim", 6, "dynamic_img_size", dynamic))
                .with("pos_embed", 1, 1 + patches, 6)
                .inHalves()
                .write(folder.resolve(patches + "-" + dynamic)));
    }

    private static Parameter positions(Checkpoint checkpoint, Size image) {
        return TowerPositions.of(checkpoint, image, 1, "pos_embed");
    }

    private static float[] values(Checkpoint checkpoint, Size image) {
        return ((Parameter.Constant) positions(checkpoint, image)).values();
    }

    private static float[] rounded(float[] values) {
        float[] rounded = values.clone();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = HalfFloat.toFloat(HalfFloat.fromFloat(values[i]));
        }
        return rounded;
    }

    @Test
    void theTableOfTheModelsOwnSizeIsReadAsItIs() throws IOException {
        assertThat(positions(checkpoint(9, false), new Size(24, 24)))
                .isEqualTo(Parameter.weight("pos_embed", 1, 10, 6));
    }

    @Test
    void aTableThatIsResizedAtLoadIsRoundedToItsStoredType() throws IOException {
        float[] forEachImage = values(checkpoint(9, true), LARGER);
        float[] atLoad = values(checkpoint(9, false), LARGER);
        assertThat(forEachImage).hasSize((1 + 5 * 7) * 6).isNotEqualTo(rounded(forEachImage));
        assertThat(atLoad).containsExactly(rounded(forEachImage));
    }

    /** It is resized to the model's grid at load, and from there for each image. */
    @Test
    void aTableOfAnotherSquareIsResized() throws IOException {
        float[] once = values(checkpoint(25, false), new Size(24, 24));
        assertThat(once).hasSize(10 * 6).containsExactly(rounded(once));
        assertThat(values(checkpoint(25, true), new Size(24, 24))).containsExactly(once);
        assertThat(values(checkpoint(25, true), LARGER))
                .containsExactly(PositionEmbeddings.resample(
                        once, 1, new Size(3, 3), new Size(5, 7), 6, Resampling.ANTIALIASED_BICUBIC));
        assertThat(values(checkpoint(25, false), LARGER)).isNotEqualTo(values(checkpoint(25, true), LARGER));
    }

    @Test
    void aTableOfNoSquareIsRefused() throws IOException {
        Checkpoint checkpoint = checkpoint(14, false);
        assertThatThrownBy(() -> positions(checkpoint, LARGER))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("The table pos_embed")
                .hasMessageContaining("has shape " + List.of(1, 15, 6))
                .hasMessageContaining("fits neither the 3x3 patches of config.json nor another square of patches");
    }
}
