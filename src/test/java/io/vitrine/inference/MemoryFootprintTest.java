package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.checkpoint.VitConfig;
import io.vitrine.graph.Precision;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory estimate against a computation by hand, and the batch sizes that follow. */
final class MemoryFootprintTest {
    @TempDir
    private Path folder;

    private MemoryFootprint footprint(Map<String, Object> config, Precision precision, Optional<Size> size)
            throws IOException {
        Path checkpoint =
                SmallCheckpoint.of("vit", config).write(folder.resolve(config.hashCode() + "-" + size.isPresent()));
        ModelPlan plan = ModelPlan.of(checkpoint, size);
        return new MemoryFootprint(
                plan.checkpoint().config(),
                plan.onnxModel(List.of("last_hidden_state")).signature(),
                plan.checkpoint().weights().parameters(),
                ComputePlan.of(InferenceEngine.onnxruntime, precision));
    }

    @Test
    void estimateIsTheSumOfTheDocumentedParts() throws IOException {
        MemoryFootprint small = footprint(Map.of(), Precision.fp32, Optional.empty());
        VitConfig config = small.config();
        long tokens = (long) config.grid(config.imageSize()).height()
                * config.grid(config.imageSize()).width();
        long pixels = 3L * config.imageSize().height() * config.imageSize().width();
        long output = 4 * (tokens + 1) * config.hiddenSize();
        long layer = 4
                * ((tokens + 5) * (config.intermediateSize() + 4L * config.hiddenSize())
                        + config.heads() * (tokens + 5) * (tokens + 5));
        assertThat(small.bytesPerImage()).isEqualTo(pixels + output + layer);
    }

    @ParameterizedTest
    @CsvSource({"fp32, 8", "fp16, 6", "int8, 8"})
    void eachWeightIsCountedAsStoredAndAsLaidOut(Precision precision, long bytesPerWeight) throws IOException {
        MemoryFootprint footprint = footprint(Map.of(), precision, Optional.empty());
        assertThat(footprint.modelBytes()).isEqualTo(bytesPerWeight * footprint.parameters() + (300L << 20));
    }

    @ParameterizedTest
    @CsvSource({"CPU, 8", "GPU, 64"})
    void batchesOfASmallModelHaveTheMaximumSize(DeviceType device, int images) throws IOException {
        assertThat(footprint(Map.of(), Precision.fp32, Optional.empty()).batchSize(device))
                .isEqualTo(images);
    }

    @Test
    void batchesOfALargeImageFitTheBudget() throws IOException {
        MemoryFootprint small = footprint(Map.of(), Precision.fp32, Optional.empty());
        MemoryFootprint large = footprint(Map.of(), Precision.fp32, Optional.of(new Size(256, 256)));
        assertThat(large.batchSize(DeviceType.CPU)).isEqualTo((int) Math.min(8, (64L << 20) / large.bytesPerImage()));
        assertThat(large.bytesPerImage()).isGreaterThan(small.bytesPerImage());
    }
}
