package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file of a checkpoint that says how images are prepared, and what it says. As in transformers 5, the {@code image_processor} of
 * a processor_config.json counts before timm's {@code pretrained_cfg} in config.json, and this before preprocessor_config.json.
 *
 * @param file the file that counts
 * @param node what it says: the fields of an image processor, or an object with {@code pretrained_cfg}
 * @param part where in the file {@code node} is; empty if it is the whole file
 */
public record PreprocessorFile(Path file, JsonNode node, String part) {
    public static final String PROCESSOR = "processor_config.json";
    public static final String PREPROCESSOR = "preprocessor_config.json";

    /** The files that can count, apart from config.json. */
    public static final List<String> NAMES = List.of(PROCESSOR, PREPROCESSOR);

    private static final String NESTED = "image_processor";
    private static final String TIMM = "pretrained_cfg";

    /**
     * Finds the file that counts in {@code folder}.
     *
     * @throws VitrineException if there is none, or it is damaged
     */
    public static PreprocessorFile find(Path folder) {
        Path nested = folder.resolve(PROCESSOR);
        if (Files.exists(nested)) {
            PreprocessorFile found = read(nested);
            if (!found.part.isEmpty()) {
                return found;
            }
        }
        Path config = folder.resolve(Checkpoint.CONFIG);
        if (Files.exists(config)) {
            PreprocessorFile found = read(config);
            if (!found.part.isEmpty()) {
                return found;
            }
        }
        return read(folder.resolve(PREPROCESSOR));
    }

    /**
     * Reads one file: its image processor, wherever in the file it is.
     *
     * @throws VitrineException if the file is missing or damaged
     */
    public static PreprocessorFile read(Path file) {
        JsonNode whole = JsonFile.read(file);
        String name = String.valueOf(file.getFileName());
        if (name.equals(PROCESSOR) && whole.hasNonNull(NESTED)) {
            if (!whole.get(NESTED).isObject()) {
                throw new ModelException(NESTED + " is " + whole.get(NESTED) + " in " + file
                        + "; it must be an object. Copy the file again from its source.");
            }
            return new PreprocessorFile(file, whole.get(NESTED), NESTED);
        }
        if (name.equals(Checkpoint.CONFIG) && isTimm(whole)) {
            JsonNode own = whole.has(TIMM) ? whole.get(TIMM) : whole; // older files have no object of its own
            return new PreprocessorFile(
                    file, JsonNodeFactory.instance.objectNode().set(TIMM, own), TIMM);
        }
        return new PreprocessorFile(file, whole, "");
    }

    /** Whether {@code folder} holds a file that can count. */
    public static boolean isIn(Path folder) {
        return NAMES.stream().anyMatch(name -> Files.exists(folder.resolve(name))) || isInConfig(folder);
    }

    /** Whether the config.json in {@code folder} is timm's, which says how images are prepared. */
    public static boolean isInConfig(Path folder) {
        return !read(folder.resolve(Checkpoint.CONFIG)).part.isEmpty();
    }

    /** Whether a config.json is timm's. */
    private static boolean isTimm(JsonNode config) {
        return config.has(TIMM) || config.path("architecture").isTextual() && !config.has("model_type");
    }

    /** Where {@link #node} is, for people. */
    public String source() {
        return part.isEmpty() ? file.toString() : part + " of " + file;
    }
}
