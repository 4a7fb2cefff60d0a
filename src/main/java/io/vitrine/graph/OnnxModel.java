package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A checkpoint printed as an ONNX model without its weights.
 *
 * @param onnx the serialised ModelProto; its weights are external and must be handed over by name
 * @param weights the checkpoint's tensor behind each external initializer, by initializer name
 * @param shapes the initializers' shapes as the graph reads them
 * @param quantized 8-bit integers, made when asked for, behind further external initializers, by name
 * @param signature what goes in and comes out
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OnnxModel(
        byte[] onnx,
        Map<String, TensorInfo> weights,
        Map<String, List<Integer>> shapes,
        Map<String, Supplier<ByteBuffer>> quantized,
        Signature signature) {

    private static final Pattern PASSED_OVER =
            Pattern.compile(".*relative_position_index.*|.*mask_token|(lm_head|decoder)\\..*");

    /**
     * What a printed model takes and gives, in any format.
     *
     * @param input the form images arrive in
     * @param image their size
     * @param outputs what it gives, in its own order
     */
    public record Signature(PixelInput input, Size image, List<Output> outputs) {
        /** Bytes of one image. */
        public int imageBytes() {
            return input.imageBytes(image);
        }
    }

    /**
     * One output.
     *
     * @param shape its dimensions after the batch
     * @param half as 16-bit floats, else 32-bit ones
     */
    public record Output(String name, List<Integer> shape, boolean half) {
        /** Floats for one image. */
        public int elements() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }

        /** Bytes for one image. */
        public int bytes() {
            return Math.multiplyExact(elements(), half ? Short.BYTES : Float.BYTES);
        }
    }

    public List<Output> outputs() {
        return signature.outputs();
    }

    /**
     * Prints a checkpoint.
     *
     * @throws VitrineException if weights are missing or have other shapes than config.json says
     */
    public static OnnxModel print(GraphRequest request) {
        return print(request, false);
    }

    /** The same with operations fused where that pays on GPUs: see {@link OnnxFusion}. */
    public static OnnxModel printForGpu(GraphRequest request) {
        return print(request, true);
    }

    private static OnnxModel print(GraphRequest request, boolean forGpus) {
        OnnxPrinter printer = new OnnxPrinter(request);
        request.describe(printer);
        return printer.finish(request.image(), forGpus);
    }

    /**
     * Writes an ONNX file for other tools, its input and outputs named as here.
     *
     * @param inside whether the weights go into the file itself, else beside it as copies of the checkpoint's files
     * @throws io.vitrine.VitrineException if they do not fit into one file
     */
    public void write(Path folder, String name, boolean inside) throws IOException {
        if (inside) {
            OnnxFile.writeInside(this, folder, name);
        } else {
            OnnxFile.writeBeside(this, folder, name);
        }
    }

    /**
     * Tensors of the checkpoint that no output reads, less those the reference passes over as well: a sign that the weights
     * are of another kind than config.json says.
     */
    public static List<String> unread(Checkpoint checkpoint) {
        Normalization none = new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        GraphRequest all = new GraphRequest(
                checkpoint,
                checkpoint.config().imageSize(),
                PixelInput.UINT8,
                none,
                List.copyOf(ModelOutputs.brief(checkpoint)),
                HeadMask.NONE);
        Set<String> read = print(all).weights().keySet();
        return checkpoint.weights().tensorNames().stream()
                .filter(name ->
                        !read.contains(name) && !PASSED_OVER.matcher(name).matches())
                .toList();
    }
}
