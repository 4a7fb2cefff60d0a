package io.vitrine.verify;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.Safetensors;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The tensors of one file of expected values. */
final class ExpectedTensors {
    private final Path file;
    private final Map<String, TensorInfo> tensors = new HashMap<>();

    ExpectedTensors(Path file) {
        this.file = file;
        Safetensors.read(file).forEach(tensor -> tensors.put(tensor.name(), tensor));
    }

    float[] floats(String key) {
        return Weights.floats(tensor(key));
    }

    /** {@code <image>/resized_u8}, (height, width, 3), looked up in {@code pixel_lut}, (3, 256); channels first. */
    float[] looked(String image) {
        float[] table = floats("pixel_lut");
        ByteBuffer pixels = Weights.map(tensor(image + "/resized_u8"));
        int plane = pixels.capacity() / 3;
        float[] values = new float[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                values[c * plane + i] = table[256 * c + (pixels.get(3 * i + c) & 0xff)];
            }
        }
        return values;
    }

    private TensorInfo tensor(String key) {
        TensorInfo tensor = tensors.get(key);
        if (tensor == null) {
            throw new ConfigurationException("No tensor " + key + " in " + file);
        }
        return tensor;
    }
}
