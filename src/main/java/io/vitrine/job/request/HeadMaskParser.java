package io.vitrine.job.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.VitConfig;
import io.vitrine.graph.HeadMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Parses a head mask: JSON, or the name of a JSON file. The mask is an array of one number per head, for all layers, or an
 * array of such arrays, one per layer: the reference's {@code head_mask} of shape (heads) or (layers, heads).
 */
public final class HeadMaskParser {
    private HeadMaskParser() {}

    /**
     * Parses a mask.
     *
     * @param text JSON, or the name of a JSON file
     * @throws ConfigurationException if it does not fit the model's layers and heads
     */
    public static HeadMask parse(String text, VitConfig config) {
        JsonNode node = json(text);
        boolean forAllLayers = node.isArray() && node.size() > 0 && node.get(0).isNumber();
        List<List<Float>> layers = new ArrayList<>();
        if (forAllLayers) {
            layers.addAll(Collections.nCopies(config.layers(), heads(node, text, config)));
        } else {
            node.forEach(layer -> layers.add(heads(layer, text, config)));
        }
        if (layers.size() != config.layers()) {
            throw misfit(text, config);
        }
        return new HeadMask(List.copyOf(layers));
    }

    private static JsonNode json(String text) {
        try {
            String json = text.strip().startsWith("[") ? text : Files.readString(Path.of(text));
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException("--head-mask " + text + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ConfigurationException("Cannot read the head mask " + text + ": " + e, e);
        }
    }

    private static List<Float> heads(JsonNode row, String text, VitConfig config) {
        List<Float> heads = new ArrayList<>();
        row.forEach(value -> heads.add((float) value.asDouble(Double.NaN)));
        if (heads.size() != config.heads() || heads.stream().anyMatch(value -> !Float.isFinite(value))) {
            throw misfit(text, config);
        }
        return List.copyOf(heads);
    }

    private static ConfigurationException misfit(String text, VitConfig config) {
        return new ConfigurationException(
                "--head-mask " + text + " does not fit the model: " + config.layers() + " layers of " + config.heads()
                        + " heads. Give [[1, 0, ...], ...] with one number per head, or one row for all layers.");
    }
}
