package io.vitrine.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads JSON objects from files. Errors name the file. */
public final class JsonFile {
    /** Limit on a file's size, in bytes. A large index of labels or shards takes a few MB. */
    public static final long MAX_BYTES = 64 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonFile() {}

    /**
     * Reads one JSON object.
     *
     * @throws VitrineException if the file is missing, cannot be read, or is anything but a JSON object
     */
    public static JsonNode read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ModelException(file + " has " + Files.size(file) + " bytes, more than the " + MAX_BYTES
                        + " that a configuration can have. Do not use this checkpoint.");
            }
            JsonNode node = JSON.readTree(Files.readAllBytes(file));
            if (node == null || !node.isObject()) {
                throw new ModelException(file + " does not hold a JSON object. Copy it again from its source.");
            }
            return node;
        } catch (NoSuchFileException e) {
            throw new ModelException(
                    "No file " + file + ". A checkpoint folder in the Hugging Face layout holds config.json,"
                            + " preprocessor_config.json and model.safetensors.",
                    e);
        } catch (JsonProcessingException e) {
            throw new ModelException(
                    file + " is not JSON (line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage()
                            + "). Copy it again from its source.",
                    e);
        } catch (IOException e) {
            throw LocalFileErrors.of("read", file, e);
        }
    }
}
