package io.vitrine.convert;

import io.vitrine.ModelException;
import io.vitrine.Sha256;
import io.vitrine.StorageException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.LocalFileErrors;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.SafetensorsWriter;
import io.vitrine.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Converts a checkpoint's weights to safetensors, once per host. PyTorch's files ({@code pytorch_model.bin}, {@code *.pth}) and
 * {@code flax_model.msgpack} cannot be memory-mapped.
 */
public final class Conversion {
    private Conversion() {}

    /**
     * A folder with the checkpoint's weights as safetensors: {@code folder} itself if they already are, else a converted copy in
     * {@code cache}.
     *
     * @throws ModelException if the weights are damaged, hostile or of an unsupported kind
     * @throws StorageException if a file cannot be read or written
     */
    public static Path toSafetensors(Path folder, Path cache) {
        if (!Files.isDirectory(folder)) {
            return folder; // opening it says what is wrong
        }
        WeightFiles weights = WeightFiles.find(folder);
        if (weights.format() == WeightFiles.Format.SAFETENSORS) {
            return folder;
        }
        List<Path> files = Checkpoint.requiredFiles(folder);
        try {
            return ModelFileCache.getOrCreate(cache, key(files), target -> convert(folder, weights, target));
        } catch (IOException e) {
            throw LocalFileErrors.of("convert the weights of " + folder + " in", cache, e);
        }
    }

    private static void convert(Path folder, WeightFiles weights, Path target) throws IOException {
        Files.copy(folder.resolve(Checkpoint.CONFIG), target.resolve(Checkpoint.CONFIG));
        Path preprocessor = PreprocessorFile.find(folder).file();
        Path copy = target.resolve(preprocessor.getFileName());
        if (!Files.exists(copy)) { // timm's is config.json
            Files.copy(preprocessor, copy);
        }
        Path file = target.resolve("model.safetensors");
        if (weights.format() == WeightFiles.Format.FLAX) {
            SafetensorsWriter.write(file, FlaxWeights.entries(weights.files()));
            return;
        }
        try (TorchWeights torch = TorchWeights.open(weights.files())) {
            SafetensorsWriter.write(file, torch.entries());
        }
    }

    /** Made of the files' paths, lengths and times, because reading their contents takes long. */
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
