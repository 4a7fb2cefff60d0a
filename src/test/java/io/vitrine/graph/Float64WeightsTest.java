package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.Safetensors;
import io.vitrine.checkpoint.SafetensorsWriter;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.checkpoint.Weights;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights in float64 give what the same numbers in float32 give. */
final class Float64WeightsTest {
    @TempDir
    private Path folder;

    private GraphRequest request(String name, boolean wide) throws IOException {
        Path checkpoint =
                SmallCheckpoint.of("vit", Map.of("intermediate_size", 32)).write(folder.resolve(name));
        if (wide) {
            widen(checkpoint.resolve("model.safetensors"), 1);
        }
        return ModelPlan.of(checkpoint, Optional.empty()).request(List.of("last_hidden_state", "pooler_output"));
    }

    /** Writes the tensors again, each element times {@code factor}. */
    private void widen(Path file, double factor) throws IOException {
        Path narrow = Files.move(file, folder.resolve("narrow-" + System.nanoTime()));
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (TensorInfo tensor : Safetensors.read(narrow)) {
            float[] values = Weights.floats(tensor);
            ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                bytes.putDouble(value * factor);
            }
            entries.add(new SafetensorsWriter.Entry(
                    tensor.name(), DType.F64, tensor.shape(), out -> out.write(bytes.array())));
        }
        SafetensorsWriter.write(file, entries);
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"fp32", "fp16", "int8"})
    void onOnnxRuntimeTheyAreThoseOfFloat32(Precision precision) throws IOException {
        Map<String, float[]> narrow =
                ModelRuns.run(OnnxModel.print(request("a", false).withPrecision(precision)));
        Map<String, float[]> wide =
                ModelRuns.run(OnnxModel.print(request("b", true).withPrecision(precision)));
        narrow.forEach(
                (output, values) -> assertThat(wide.get(output)).as(output).containsExactly(values));
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"fp32", "bf16"})
    void onPyTorchTheyAreThoseOfFloat32(Precision precision) throws IOException {
        assumeTrue(InferenceEngine.pytorch.isAvailable(), "PyTorch is not on this class path");
        Map<String, float[]> narrow =
                ModelRuns.run(TorchScript.print(request("a", false).withPrecision(precision), TorchTarget.ANY), folder);
        Map<String, float[]> wide =
                ModelRuns.run(TorchScript.print(request("b", true).withPrecision(precision), TorchTarget.ANY), folder);
        narrow.forEach(
                (output, values) -> assertThat(wide.get(output)).as(output).containsExactly(values));
    }

    @Test
    void aNumberThatFloat32CannotHoldIsRefused() throws IOException {
        Path checkpoint = SmallCheckpoint.of("vit", Map.of()).write(folder.resolve("large"));
        widen(checkpoint.resolve("model.safetensors"), 1e200);
        List<TensorInfo> tensors = Safetensors.read(checkpoint.resolve("model.safetensors"));
        assertThatThrownBy(() -> WeightChecks.requireFinite(tensors))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("Weights that are NaN or infinite: embeddings.cls_token (element 0 of 16");
    }
}
