package io.vitrine.inference;

import io.vitrine.Size;
import io.vitrine.checkpoint.VitConfig;
import io.vitrine.graph.ModelSignature;

/**
 * An estimate of the memory that a model takes outside the heap. With T tokens per image, hidden size H, MLP width M, A heads,
 * and 32-bit floats between layers:
 *
 * <ul>
 *   <li>Per image of a batch: its pixels, its outputs, and the intermediate results of one layer, 4 (T (M + 4 H) + A T^2) bytes.
 *       These are the MLP (three times M if gated), query, key, value and sum, and the attention weights. For ViT-Base at 224
 *       pixels that is 7.6 MB.
 *   <li>The weights twice: as stored, 4 bytes each at most (float64 weights take 8), and as the engine lays them out, in the size of the precision. In
 *       int8 that is the size of fp32, because {@link Int8Check} loads both, one after the other.
 *   <li>300 MiB for the libraries of the engines and OpenCV.
 * </ul>
 *
 * @param parameters number of weights
 */
public record MemoryFootprint(VitConfig config, ModelSignature signature, long parameters, ComputePlan compute) {
    private static final long CPU_BATCH_BYTES = 64L << 20; // 8 images of ViT-Base at 224 pixels
    private static final long GPU_BATCH_BYTES = 4L << 30;
    private static final int MAX_CPU_BATCH = 8; // larger batches are no faster on CPUs
    private static final int MAX_GPU_BATCH = 64;
    private static final long LIBRARY_BYTES = 300L << 20;
    private static final int PREFIX_TOKENS = 5; // a class token and four registers

    /** Bytes per image of a batch. */
    public long bytesPerImage() {
        Size grid = config.grid(signature.imageSize());
        long tokens = (long) grid.height() * grid.width() + PREFIX_TOKENS;
        long mlp = (config.dino().gated() ? 3L : 1L) * config.intermediateSize();
        long outputs = signature.outputs().stream()
                .mapToLong(ModelSignature.Output::bytes)
                .sum();
        long layer = 4 * (tokens * (mlp + 4L * config.hiddenSize()) + config.heads() * tokens * tokens);
        return signature.imageBytes() + outputs + layer;
    }

    /** The default batch size: as many images as fit 64 MiB on a CPU (1 to 8), or 4 GiB on a GPU (1 to 64). */
    public int batchSize(DeviceType device) {
        return switch (device) {
            case CPU -> clamp(CPU_BATCH_BYTES / bytesPerImage(), MAX_CPU_BATCH);
            case GPU -> clamp(GPU_BATCH_BYTES / bytesPerImage(), MAX_GPU_BATCH);
        };
    }

    private static int clamp(long images, int max) {
        return (int) Math.max(1, Math.min(images, max));
    }

    /** Bytes of the model, once per process. */
    public long modelBytes() {
        int bytesPerWeight =
                switch (compute.precision()) {
                    case fp32, int8 -> 4; // Int8Check loads the model in fp32 first
                    case bf16, fp16 -> 2;
                };
        return (4 + bytesPerWeight) * parameters + LIBRARY_BYTES;
    }
}
