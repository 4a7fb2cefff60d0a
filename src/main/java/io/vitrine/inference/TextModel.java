package io.vitrine.inference;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.graph.TextTower;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The text half of a model, loaded by DJL on ONNX Runtime, on the CPU. Not thread-safe. */
public final class TextModel implements AutoCloseable {
    private final Model model;
    private final Predictor<NDList, NDList> predictor;

    @SuppressWarnings("unused") // keeps mapped weights reachable while the session may read them
    private final Object weights;

    private TextModel(OnnxLoader.Loaded loaded) {
        this.model = loaded.model();
        this.weights = loaded.weights();
        this.predictor = model.newPredictor(new NoopTranslator(null));
    }

    /** Lets this JVM unpack native libraries, the tokenizers' among them, under {@code cache}. */
    public static void prepare(Path cache) {
        DjlSettings.disableExtras();
        DjlSettings.unpackUnder(cache);
    }

    /**
     * Loads the text half of {@code checkpoint}.
     *
     * @param intraOpThreads CPU threads per call
     * @throws ModelException if it has none, or ONNX Runtime refuses the model
     */
    public static TextModel load(Checkpoint checkpoint, int intraOpThreads) {
        return new TextModel(OnnxLoader.load(TextTower.print(checkpoint), intraOpThreads, Placement.CPU));
    }

    /**
     * What the model gives for a batch of texts.
     *
     * @param embeds one vector a text
     * @param lastState (tokens, hidden) of each text, row-major
     */
    public record Output(List<float[]> embeds, List<float[]> lastState) {}

    /**
     * Runs a batch.
     *
     * @param ids (texts, positions): the tokens of each text, padded to the model's number of positions
     * @param pooled the position of the token that stands for each text
     * @throws ModelException if the engine fails
     */
    public Output run(long[][] ids, int[] pooled) {
        int positions = ids[0].length;
        long[] flat = new long[ids.length * positions];
        long[] rows = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            System.arraycopy(ids[i], 0, flat, i * positions, positions);
            rows[i] = (long) i * positions + pooled[i];
        }
        try (NDManager manager = model.getNDManager().newSubManager()) {
            NDArray tokens = manager.create(flat, new Shape(ids.length, positions));
            NDArray places = manager.create(rows, new Shape(ids.length));
            tokens.setName(TextTower.IDS);
            places.setName(TextTower.POOLED);
            try (NDList outputs = predictor.predict(new NDList(tokens, places))) {
                return new Output(
                        perText(outputs.get(TextTower.EMBEDS), ids.length),
                        perText(outputs.get(TextTower.LAST_STATE), ids.length));
            }
        } catch (TranslateException e) {
            throw new ModelException("The model failed on a batch of " + ids.length + " texts: " + e.getMessage(), e);
        }
    }

    private static List<float[]> perText(NDArray array, int texts) {
        float[] all = array.toFloatArray();
        int length = all.length / texts;
        return IntStream.range(0, texts)
                .mapToObj(i -> Arrays.copyOfRange(all, i * length, (i + 1) * length))
                .toList();
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
