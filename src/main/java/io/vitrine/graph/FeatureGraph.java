package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TensorInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A checkpoint printed as an ONNX model without its weights.
 *
 * @param onnx the serialised ModelProto; its weights are external and must be handed over by name
 * @param weights the checkpoint's tensor behind each external initializer, by initializer name
 * @param shapes the initializers' shapes as the graph reads them
 * @param input the form images arrive in
 * @param image their size
 * @param outputs what the graph gives, in its own order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FeatureGraph(
        byte[] onnx,
        Map<String, TensorInfo> weights,
        Map<String, List<Integer>> shapes,
        PixelInput input,
        Size image,
        List<Output> outputs) {

    private static final Pattern PASSED_OVER =
            Pattern.compile(".*relative_position_index.*|.*mask_token|(lm_head|decoder)\\..*");
    private static final int MAX_VALUES = 1 << 28; // a GiB of hidden states

    /**
     * One output.
     *
     * @param shape its dimensions after the batch
     */
    public record Output(String name, List<Integer> shape) {
        /** Floats for one image. */
        public int elements() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    /**
     * Prints {@code checkpoint}.
     *
     * @param image the size images arrive in
     * @param input and their form
     * @param wanted names among {@link #available}
     * @throws VitrineException if an output does not exist, weights are missing or have other shapes than config.json
     *     says, or the image is smaller than a patch
     */
    public static FeatureGraph print(
            Checkpoint checkpoint,
            Size image,
            PixelInput input,
            Normalization norm,
            List<String> wanted,
            HeadMask headMask) {
        Size patch = checkpoint.config().patchSize();
        if (image.height() < patch.height() || image.width() < patch.width()) {
            throw new VitrineException("The image size " + image + " is smaller than one patch (" + patch + ") of "
                    + checkpoint.folder() + ". Choose a larger --image-size.");
        }
        Size grid = checkpoint.config().grid(image);
        if ((long) grid.height() * grid.width() * checkpoint.config().hiddenSize() > MAX_VALUES) {
            throw new VitrineException("The image size " + image + " makes " + grid + " patches of hidden size "
                    + checkpoint.config().hiddenSize() + ", more than the " + MAX_VALUES
                    + " values that fit one row. Choose a smaller --image-size.");
        }
        Set<String> available = available(checkpoint);
        for (String name : wanted) {
            if (!available.contains(name)) {
                throw new VitrineException("The checkpoint " + checkpoint.folder() + " has no " + name
                        + why(checkpoint, name) + " Available: " + String.join(", ", brief(checkpoint)) + ".");
            }
        }
        OnnxPrinter printer = new OnnxPrinter(checkpoint.weights(), input);
        Architecture.choose(checkpoint, new Architecture.Request(wanted, headMask), printer)
                .describe(image, norm);
        return printer.finish(image);
    }

    /** Every output that {@code checkpoint} can give. */
    public static Set<String> available(Checkpoint checkpoint) {
        Set<String> names = brief(checkpoint);
        for (int i = 0; i <= checkpoint.config().layers(); i++) {
            names.add("hidden_states." + i);
        }
        for (int i = 0; i < checkpoint.config().layers(); i++) {
            names.add("attentions." + i);
        }
        return names;
    }

    /** Those of {@link #available} that are not per layer. */
    public static Set<String> brief(Checkpoint checkpoint) {
        Set<String> names = new LinkedHashSet<>();
        names.add("last_hidden_state");
        if (checkpoint.hasPooler()) {
            names.add("pooler_output");
        }
        if (checkpoint.hasHead() || checkpoint.hasTeacherHeads()) {
            names.add("logits");
        }
        if (checkpoint.hasTeacherHeads()) {
            names.addAll(List.of("cls_logits", "distillation_logits"));
        }
        if (checkpoint.config().family().prefixTokens() > 0) {
            names.add("cls");
        }
        names.add("mean");
        return names;
    }

    /**
     * Tensors of the checkpoint that no output reads, less those the reference passes over as well: a sign that the weights
     * are of another kind than config.json says.
     */
    public static List<String> unread(Checkpoint checkpoint) {
        Normalization none = new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        Set<String> read = print(
                        checkpoint,
                        checkpoint.config().imageSize(),
                        PixelInput.UINT8,
                        none,
                        List.copyOf(brief(checkpoint)),
                        HeadMask.NONE)
                .weights()
                .keySet();
        return checkpoint.weights().names().stream()
                .filter(name ->
                        !read.contains(name) && !PASSED_OVER.matcher(name).matches())
                .toList();
    }

    private static String why(Checkpoint checkpoint, String name) {
        return switch (name) {
            case "cls" -> ": its first token is a patch.";
            case "pooler_output" ->
                ": its weights hold no pooler.dense (the reference would fill it with random" + " numbers).";
            case "logits" -> ": its weights hold no classifier.";
            default ->
                name.matches("(hidden_states|attentions)\\..*")
                        ? " (it has " + checkpoint.config().layers() + " layers)."
                        : ": no output is called so.";
        };
    }
}
