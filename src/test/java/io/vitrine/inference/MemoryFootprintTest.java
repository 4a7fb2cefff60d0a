package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.graph.Precision;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of a model by hand, and the batches that fit a budget. */
final class MemoryFootprintTest {
    @TempDir
    private Path folder;

    private MemoryFootprint footprint(Map<String, Object> config, Precision precision, Optional<io.vitrine.Size> size)
            throws IOException {
        Path checkpoint =
                SmallCheckpoint.of("vit", config).write(folder.resolve(config.hashCode() + "-" + size.isPresent()));
        ModelPlan plan = ModelPlan.of(checkpoint, size);
        return new MemoryFootprint(
                plan.checkpoint().config(),
                plan.graph(List.of("last_hidden_state")).signature(),
                plan.checkpoint().weights().parameters(),
                ComputePlan.of(InferenceEngine.onnxruntime, precision));
    }

    @Test
    void itIsTheSumOfWhatTheJavadocNames() throws IOException {
        MemoryFootprint small = footprint(Map.of(), Precision.fp32, Optional.empty());
        var config = small.config();
        long tokens = (long) config.grid(config.imageSize()).height()
                * config.grid(config.imageSize()).width();
        long pixels = 3L * config.imageSize().height() * config.imageSize().width();
        long output = 4 * (tokens + 1) * config.hiddenSize();
        long layer = 4
                * ((tokens + 5) * (config.intermediateSize() + 4L * config.hiddenSize())
                        + config.heads() * (tokens + 5) * (tokens + 5));
        assertThat(small.imageBytes()).isEqualTo(pixels + output + layer);
        assertThat(small.modelBytes()).isEqualTo(8 * small.parameters() + (300L << 20));
        MemoryFootprint half = footprint(Map.of(), Precision.fp16, Optional.empty());
        assertThat(half.modelBytes()).isEqualTo(6 * half.parameters() + (300L << 20));
    }

    @Test
    void batchesFitTheBudget() throws IOException {
        MemoryFootprint small = footprint(Map.of(), Precision.fp32, Optional.empty());
        assertThat(small.batchSize(false)).isEqualTo(8);
        assertThat(small.batchSize(true)).isEqualTo(64);
        MemoryFootprint large = footprint(Map.of(), Precision.fp32, Optional.of(new io.vitrine.Size(256, 256)));
        assertThat(large.batchSize(false)).isEqualTo((int) Math.min(8, (64L << 20) / large.imageBytes()));
        assertThat(large.imageBytes()).isGreaterThan(small.imageBytes());
    }
}
