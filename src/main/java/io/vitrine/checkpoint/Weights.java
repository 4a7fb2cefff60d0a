package io.vitrine.checkpoint;

import io.vitrine.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a checkpoint by their base-model names, memory-mapped on demand. Immutable; safe between threads.
 *
 * <p>A checkpoint saved with a head has its base model under a prefix ({@code vit.}), which is removed here. The head's own
 * tensors ({@code classifier.weight}) have no prefix. Both generations of names are known, see {@link TensorNames}.
 */
public final class Weights {
    private static final String BACKBONE_PREFIX = "encoder.";

    private final Path folder;
    private final Map<String, TensorInfo> tensors;

    private Weights(Path folder, Map<String, TensorInfo> tensors) {
        this.folder = folder;
        this.tensors = tensors;
    }

    /**
     * Opens {@code model.safetensors}, or the shards that {@code model.safetensors.index.json} names.
     *
     * @throws ModelException if neither exists, the weights are of another format, or a header is damaged
     */
    static Weights open(Path folder, VitConfig config) {
        WeightFiles files = WeightFiles.find(folder);
        if (files.format() != WeightFiles.Format.SAFETENSORS) {
            throw new ModelException("The weights in " + folder + " are not safetensors but "
                    + files.files().get(0).getFileName()
                    + ", which must be converted before they are opened (io.vitrine.convert.Conversion).");
        }
        Map<String, TensorInfo> stored = new LinkedHashMap<>();
        for (Path file : files.files()) {
            for (TensorInfo tensor : Safetensors.read(file)) {
                if (stored.put(tensor.name(), tensor) != null) {
                    throw new ModelException("Tensor " + tensor.name() + " is in two shards of " + folder
                            + ". Save the checkpoint again with save_pretrained.");
                }
            }
        }
        stored = WrapperPrefix.removed(stored, folder);
        ModelFamily family = config.family();
        if (!config.weightsPrefix().isEmpty()) {
            stored = withoutPrefix(stored, config.weightsPrefix());
        }
        Set<String> all = stored.keySet();
        String prefix = isBackbone(family, all) ? BACKBONE_PREFIX : family.prefix();
        boolean prefixed = all.stream().anyMatch(name -> name.startsWith(prefix));
        Map<String, TensorInfo> named = new LinkedHashMap<>();
        stored.forEach((name, tensor) -> {
            boolean mayHaveNormOfItsOwn = !family.isTower() || family == ModelFamily.PIXIO;
            if (prefixed && mayHaveNormOfItsOwn && name.startsWith("layernorm.")) {
                return; // belongs to a masked-image head, or to the feature maps of a backbone
            }
            String base = prefixed && name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            OriginalTensors.transformed(family, base, tensor).forEach((renamed, part) -> {
                if (named.put(TensorNames.published(family, renamed), part) != null) {
                    throw new ModelException("Tensor " + name + " of " + folder
                            + " is there under another name too. Save the checkpoint again with save_pretrained.");
                }
            });
        });
        return new Weights(folder, named);
    }

    /** Whether transformers saved the tensors of {@code PixioBackbone}, by the names of its first release. */
    private static boolean isBackbone(ModelFamily family, Set<String> names) {
        return family == ModelFamily.PIXIO
                && names.stream().anyMatch(name -> name.startsWith(BACKBONE_PREFIX + "embeddings."));
    }

    /** The tensors whose names begin with {@code prefix}, under the rest of their names. */
    private static Map<String, TensorInfo> withoutPrefix(Map<String, TensorInfo> stored, String prefix) {
        Map<String, TensorInfo> kept = new LinkedHashMap<>();
        stored.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                kept.put(name.substring(prefix.length()), tensor);
            }
        });
        return kept;
    }

    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    public Optional<TensorInfo> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    public Set<String> tensorNames() {
        return tensors.keySet();
    }

    /** A sentence about a prefix that all tensors have; empty if they have none. */
    public Optional<String> commonPrefix() {
        return WrapperPrefix.sentence(tensors.keySet());
    }

    public Path folder() {
        return folder;
    }

    /** The number of elements in all tensors. */
    public long parameters() {
        return tensors.values().stream().mapToLong(TensorInfo::elements).sum();
    }

    /** A tensor's bytes, memory-mapped read-only, little-endian. */
    public static ByteBuffer map(TensorInfo tensor) {
        try (FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, tensor.offset(), tensor.length())
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw LocalFileErrors.of(
                    "map the tensor " + tensor.name() + " (byte " + tensor.offset() + ") of", tensor.file(), e);
        }
    }

    /** A tensor's elements as 32-bit floats. Those of 64 bits are rounded to the nearest. */
    public static float[] floats(TensorInfo tensor) {
        ByteBuffer bytes = map(tensor);
        float[] values = new float[Math.toIntExact(tensor.elements())];
        if (tensor.dtype() == DType.F32) {
            bytes.asFloatBuffer().get(values);
            return values;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.dtype()) {
                case F64 -> (float) bytes.getDouble();
                case F16 -> HalfFloat.toFloat(bytes.getShort());
                case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
                default ->
                    throw new ModelException("Tensor " + tensor.name() + " of " + tensor.file() + " holds "
                            + tensor.dtype() + ", not floats. Save the checkpoint in float32, float16 or bfloat16.");
            };
        }
        return values;
    }
}
