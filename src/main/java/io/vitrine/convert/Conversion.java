package io.vitrine.convert;

import io.vitrine.ModelException;
import io.vitrine.Sha256;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.checkpoint.SafetensorsWriter;
import io.vitrine.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns the weights of a checkpoint into safetensors, once per host: {@code pytorch_model.bin} and {@code
 * flax_model.msgpack} cannot be memory-mapped as they are. Both are read as data; nothing in them is ever executed.
 */
public final class Conversion {
    private Conversion() {}

    /**
     * A folder with the checkpoint's weights as safetensors: {@code folder} itself if they are, else one in {@code cache}
     * with the same config.json and preprocessor_config.json.
     *
     * @throws VitrineException if the weights are damaged, hostile, or of a kind that is not read
     */
    public static Path folder(Path folder, Path cache) {
        if (!Files.isDirectory(folder)) {
            return folder; // whoever opens it says what is wrong
        }
        WeightFiles weights = WeightFiles.find(folder);
        if (weights.form() == WeightFiles.Form.SAFETENSORS) {
            return folder;
        }
        List<Path> files = Checkpoint.files(folder);
        try {
            return ModelFileCache.folder(cache, key(files), target -> convert(folder, weights, target));
        } catch (IOException e) {
            throw new ModelException("Cannot convert the weights of " + folder + " in " + cache + ": " + e, e);
        }
    }

    private static void convert(Path folder, WeightFiles weights, Path target) throws IOException {
        for (String name : List.of(Checkpoint.CONFIG, Checkpoint.PREPROCESSOR)) {
            Files.copy(folder.resolve(name), target.resolve(name));
        }
        Path file = target.resolve("model.safetensors");
        if (weights.form() == WeightFiles.Form.FLAX) {
            SafetensorsWriter.write(file, FlaxWeights.entries(weights.files()));
            return;
        }
        try (TorchWeights torch = TorchWeights.open(weights.files())) {
            SafetensorsWriter.write(file, torch.entries());
        }
    }

    /** Of the files' places, lengths and times: their contents are what takes long to read. */
    private static String key(List<Path> files) throws IOException {
        StringBuilder state = new StringBuilder();
        for (Path file : files) {
            state.append(file.toAbsolutePath().normalize()).append(' ').append(Files.size(file));
            state.append(' ').append(Files.getLastModifiedTime(file)).append('\n');
        }
        return "converted-"
                + Sha256.hex(state.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    }
}
