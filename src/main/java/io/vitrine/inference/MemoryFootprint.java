package io.vitrine.inference;

import io.vitrine.checkpoint.VitConfig;
import io.vitrine.graph.OnnxModel;

/**
 * The memory that a model takes off the heap, by arithmetic. With T tokens an image, hidden size H, MLP width M, A heads, and
 * 32-bit floats between layers:
 *
 * <ul>
 *   <li>an image of a batch: its pixels, its outputs, and what one layer holds at once, 4 (T (M + 4 H)
 *       + A T^2) bytes: the widened MLP (three times, where it is gated), query, key, value and sum, and the attention weights.
 *       For ViT-Base at 224 pixels 7.6 MB;
 *   <li>the weights twice: as stored, 4 bytes each at most, and as the engine lays them out, at the precision's size;
 *   <li>300 MiB for the engines' and OpenCV's libraries.
 * </ul>
 */
public record MemoryFootprint(VitConfig config, OnnxModel.Signature signature, long parameters, ComputePlan compute) {
    private static final long CPU_BUDGET =
            64L << 20; // for a batch of ViT-Base within what the measured optimum, 4 to 8, needs
    private static final long GPU_BUDGET = 4L << 30;
    private static final int CPU_MOST = 8;
    private static final int GPU_MOST = 64;
    private static final long LIBRARIES = 300L << 20;
    private static final int SPECIAL_TOKENS = 5; // class, distillation or registers, at most about so many

    /** Bytes that an image of a batch takes. */
    public long imageBytes() {
        long tokens = (long) config.grid(signature.image()).height()
                        * config.grid(signature.image()).width()
                + SPECIAL_TOKENS;
        long widened = (config.dino().gated() ? 3L : 1L) * config.intermediateSize();
        long outputs =
                signature.outputs().stream().mapToLong(OnnxModel.Output::bytes).sum();
        long layer = 4 * (tokens * (widened + 4L * config.hiddenSize()) + config.heads() * tokens * tokens);
        return signature.imageBytes() + outputs + layer;
    }

    /**
     * The batch size where none is asked for: as many images as fit 64 MiB on a CPU, where batches of four to eight are the
     * fastest, and 4 GiB on a GPU; at least one, at most 8 and 64.
     */
    public int batchSize(boolean onGpu) {
        long fits = (onGpu ? GPU_BUDGET : CPU_BUDGET) / imageBytes();
        return (int) Math.max(1, Math.min(fits, onGpu ? GPU_MOST : CPU_MOST));
    }

    /** Bytes that the model takes once a process. */
    public long modelBytes() {
        int own =
                switch (compute.precision()) {
                    case fp32 -> 4;
                    case bf16, fp16 -> 2;
                    case int8 -> 1;
                };
        return (4 + own) * parameters + LIBRARIES;
    }
}
