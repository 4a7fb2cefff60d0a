package io.vitrine.convert;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of one or more of PyTorch's files: {@code pytorch_model.bin}, its parts, or {@code *.pth}. */
final class TorchWeights implements AutoCloseable {
    private final List<TorchArchiveReader> archives = new ArrayList<>();
    private final Map<String, SafetensorsWriter.Entry> entries = new LinkedHashMap<>();

    private TorchWeights() {}

    /**
     * Reads the descriptions of the tensors in {@code files}, not their elements.
     *
     * @throws ModelException if a file is damaged or asks for anything but tensors
     */
    static TorchWeights open(List<Path> files) throws IOException {
        TorchWeights weights = new TorchWeights();
        try {
            for (Path file : files) {
                TorchArchiveReader archive = TorchArchiveReader.open(file);
                weights.archives.add(archive);
                weights.add(file, archive);
            }
            return weights;
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private void add(Path file, TorchArchiveReader archive) throws IOException {
        // Tensors may share a storage, as tied weights do. A small file must not become a large one.
        long maxBytes = Math.multiplyExact(2, Files.size(file));
        long bytes = 0;
        for (Map.Entry<String, TorchTensor> named : archive.tensors().entrySet()) {
            TorchTensor tensor = named.getValue();
            bytes = tensor.bytes() > maxBytes ? Long.MAX_VALUE : bytes + tensor.bytes();
            if (bytes > maxBytes) {
                throw new ModelException("The tensors of " + file + " take more than " + maxBytes
                        + " bytes, twice what the file has. Do not use this file.");
            }
            SafetensorsWriter.Entry entry = new SafetensorsWriter.Entry(
                    named.getKey(), tensor.storage().dtype(), tensor.shape(), out -> archive.copy(tensor, out));
            if (entries.put(named.getKey(), entry) != null) {
                throw new ModelException("Tensor " + named.getKey() + " is in two shards, one of them " + file
                        + ". Save the checkpoint again with save_pretrained.");
            }
        }
    }

    List<SafetensorsWriter.Entry> entries() {
        return List.copyOf(entries.values());
    }

    @Override
    public void close() throws IOException {
        for (TorchArchiveReader archive : archives) {
            archive.close();
        }
    }
}
