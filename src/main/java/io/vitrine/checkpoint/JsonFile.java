package io.vitrine.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads JSON objects from files, which are untrusted input. Errors name the file. */
public final class JsonFile {
    /** Limit on a file's size, in bytes. The labels of ImageNet-21k take 2 MB; an index of shards takes less. */
    public static final int MAX_BYTES = 16 << 20;

    private static final int MAX_DEPTH = 64;
    private static final int MAX_TOKENS = 1_000_000;
    private static final BoundedJson JSON = new BoundedJson(MAX_DEPTH, MAX_TOKENS);
    private static final String NEXT = ". Copy it again from its source.";

    private JsonFile() {}

    /**
     * Reads one JSON object.
     *
     * @throws VitrineException if the file is missing, cannot be read, or is anything but a JSON object
     */
    public static JsonNode read(Path file) {
        try {
            JsonNode node = JSON.read(new ByteArrayInputStream(bytes(file)));
            if (node == null || !node.isObject()) {
                throw new ModelException(file + " does not hold a JSON object" + NEXT);
            }
            return node;
        } catch (NoSuchFileException e) {
            throw new ModelException(
                    "No file " + file + ". A checkpoint folder in the Hugging Face layout holds config.json,"
                            + " preprocessor_config.json and model.safetensors.",
                    e);
        } catch (JsonProcessingException e) {
            String line =
                    e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
            throw new ModelException(file + " is not JSON (" + line + e.getOriginalMessage() + ")" + NEXT, e);
        } catch (CharConversionException e) {
            throw new ModelException(file + " is not JSON in UTF-8 (" + e.getMessage() + ")" + NEXT, e);
        } catch (IOException e) {
            throw LocalFileErrors.of("read", file, e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        LocalFiles.requireRegular(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ModelException(file + " has " + Files.size(file) + " bytes, more than the " + MAX_BYTES
                        + " that a configuration can have. Do not use this checkpoint.");
            }
            return bytes;
        }
    }
}
