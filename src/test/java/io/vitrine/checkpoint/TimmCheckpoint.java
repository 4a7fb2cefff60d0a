package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A checkpoint with random weights and the names of timm. Tests add the tensors that the model has. */
public final class TimmCheckpoint implements NamedValues {
    private final Map<String, Object> config;
    private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private DType type = DType.F32;

    private TimmCheckpoint(Map<String, Object> config) {
        this.config = config;
    }

    /** One of timm's Hub repositories. */
    public static TimmCheckpoint of(String architecture, Map<String, Object> modelArguments) {
        return withConfig(
                Map.of("architecture", architecture, "model_args", modelArguments, "pretrained_cfg", Map.of()));
    }

    /** A checkpoint with any config.json. */
    public static TimmCheckpoint withConfig(Map<String, Object> config) {
        return new TimmCheckpoint(config);
    }

    /** Adds a tensor. Norms are around 0.7, everything else around zero. */
    public TimmCheckpoint with(String name, Integer... shape) {
        float[] random = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        Random numbers = new Random(name.hashCode());
        boolean norm = name.contains("norm") && name.endsWith("weight");
        for (int i = 0; i < random.length; i++) {
            random[i] = (numbers.nextFloat() - 0.5f) * 0.8f + (norm ? 0.7f : 0);
        }
        shapes.put(name, List.of(shape));
        values.put(name, random);
        return this;
    }

    public TimmCheckpoint linear(String name, int out, int in) {
        return with(name + ".weight", out, in).with(name + ".bias", out);
    }

    public TimmCheckpoint norm(String name, int width) {
        return with(name + ".weight", width).with(name + ".bias", width);
    }

    /** Stores weights as halves, to which {@link #values} are not rounded. */
    public TimmCheckpoint inHalves() {
        type = DType.F16;
        return this;
    }

    /** Removes a linear map. */
    public TimmCheckpoint without(String name) {
        for (String part : List.of(".weight", ".bias")) {
            shapes.remove(name + part);
            values.remove(name + part);
        }
        return this;
    }

    /** Splits the rows of a linear map evenly into maps of these names. */
    public TimmCheckpoint split(String name, String... parts) {
        for (String kind : List.of(".weight", ".bias")) {
            List<Integer> shape = new ArrayList<>(shapes.get(name + kind));
            shape.set(0, shape.get(0) / parts.length);
            float[] all = values.get(name + kind);
            int length = all.length / parts.length;
            for (int i = 0; i < parts.length; i++) {
                shapes.put(parts[i] + kind, List.copyOf(shape));
                values.put(parts[i] + kind, Arrays.copyOfRange(all, i * length, (i + 1) * length));
            }
        }
        return without(name);
    }

    @Override
    public boolean has(String name) {
        return values.containsKey(name);
    }

    @Override
    public float[] values(String name) {
        return values.get(name);
    }

    /** The length of the first axis. */
    public int rows(String name) {
        return shapes.get(name).get(0);
    }

    /** Writes config.json and the weights. */
    public Path write(Path folder) throws IOException {
        return write(folder, UnaryOperator.identity());
    }

    /** Writes config.json and the weights, with other tensor names. */
    public Path write(Path folder, UnaryOperator<String> rename) throws IOException {
        Files.createDirectories(folder);
        new ObjectMapper().writeValue(folder.resolve(Checkpoint.CONFIG).toFile(), config);
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        shapes.forEach((name, shape) -> entries.add(new SafetensorsWriter.Entry(
                rename.apply(name),
                type,
                shape.stream().map(Integer::longValue).toList(),
                out -> out.write(
                        type == DType.F32 ? SmallCheckpoint.bytes(values.get(name)) : halves(values.get(name))))));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), entries);
        return folder;
    }

    private static byte[] halves(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(HalfFloat.fromFloat(value));
        }
        return bytes.array();
    }
}
