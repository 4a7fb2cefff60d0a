package io.vitrine.text;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TextConfig;
import io.vitrine.inference.TextModel;
import java.nio.file.Path;
import java.util.List;

/** The text half of a checkpoint: tokens to vectors. Not thread-safe. */
public final class TextEncoder implements AutoCloseable {
    private final TextConfig config;
    private final TextModel model;

    private TextEncoder(TextConfig config, TextModel model) {
        this.config = config;
        this.model = model;
    }

    /**
     * Opens the text half of a checkpoint whose weights are safetensors.
     *
     * @param cache where native libraries are unpacked, once per host
     * @throws ModelException if it reads no texts, or a file is missing or damaged
     */
    public static TextEncoder open(Path folder, Path cache) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        TextConfig config = checkpoint.textConfig();
        TextModel.prepare(cache);
        return new TextEncoder(
                config, TextModel.load(checkpoint, Runtime.getRuntime().availableProcessors()));
    }

    TextConfig config() {
        return config;
    }

    /** The number of tokens that the model reads. */
    public int positions() {
        return config.positions();
    }

    /** What the model gives for the tokens of texts, each padded to {@link #positions}. */
    public TextModel.Output run(List<long[]> ids) {
        return model.run(
                ids.toArray(long[][]::new),
                ids.stream().mapToInt(this::pooledPosition).toArray());
    }

    /** The position of the token whose vector stands for a text. */
    private int pooledPosition(long[] ids) {
        return switch (config.pooled()) {
            case LAST -> ids.length - 1;
            case LARGEST_ID -> largest(ids);
            case FIRST_END_OF_TEXT -> firstEnd(ids);
        };
    }

    private static int largest(long[] ids) {
        int largest = 0;
        for (int i = 1; i < ids.length; i++) {
            largest = ids[i] > ids[largest] ? i : largest;
        }
        return largest;
    }

    private int firstEnd(long[] ids) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == config.endOfText()) {
                return i;
            }
        }
        throw new ModelException(
                "The tokenizer ends no text with the token " + config.endOfText()
                        + ", which config.json names as eos_token_id. Take tokenizer and config.json from the same checkpoint.");
    }

    @Override
    public void close() {
        model.close();
    }
}
