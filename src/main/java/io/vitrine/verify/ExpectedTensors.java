package io.vitrine.verify;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.Safetensors;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The expected tensors in a safetensors file. */
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

    /** A tensor of 64-bit integers. */
    long[] integers(String key) {
        LongBuffer values = Weights.map(tensor(key)).asLongBuffer();
        long[] integers = new long[values.remaining()];
        values.get(integers);
        return integers;
    }

    /**
     * Pixel values (3, height, width): {@code IMAGE/resized_u8} of shape (height, width, 3) through {@code pixel_lut} of shape (3,
     * 256).
     */
    float[] fromLookupTable(String image) {
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
            throw new ConfigurationException("No tensor " + key + " in " + file
                    + ". Make the reference vectors again, or correct manifest.json.");
        }
        return tensor;
    }
}
