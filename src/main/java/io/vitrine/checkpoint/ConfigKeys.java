package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;

/** The keys of a config.json, checked, with a value for absent ones. */
final class ConfigKeys {
    static final int MAX_DIMENSION = 1 << 20;
    static final int MAX_LAYERS = 1000;

    private static final String COPY_AGAIN = ". Copy config.json again from the checkpoint's source.";

    private final JsonNode node;
    private final Object file;

    /** @param file named in errors */
    ConfigKeys(JsonNode node, Object file) {
        this.node = node;
        this.file = file;
    }

    int dimension(String key, int otherwise) {
        return dimension(key, otherwise, MAX_DIMENSION);
    }

    /** A whole number from 1 to {@code max}. */
    int dimension(String key, int otherwise, int max) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1 || value.asInt() > max) {
            throw wrong(key, value, "a whole number from 1 to " + max);
        }
        return value.asInt();
    }

    /** A number, or [height, width]. */
    Size size(String key, int otherwise) {
        JsonNode value = node.path(key);
        if (value.isArray() && value.size() == 2) {
            return new Size(side(key, value.get(0)), side(key, value.get(1)));
        }
        int side = dimension(key, otherwise);
        return new Size(side, side);
    }

    private int side(String key, JsonNode value) {
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.asInt() < 1
                || value.asInt() > MAX_DIMENSION) {
            throw wrong(key, value, "whole numbers [height, width]");
        }
        return value.asInt();
    }

    double epsilon(String key, double otherwise) {
        double value = node.path(key).asDouble(otherwise);
        if (!(value >= 0 && value < 1)) {
            throw wrong(key, node.path(key), "a number from 0 to 1");
        }
        return value;
    }

    Activation activation(String key, String otherwise) {
        return Activation.parse(node.path(key).asText(otherwise), key, file);
    }

    void requireDivisible(VitConfig.Encoder encoder) {
        if (encoder.hiddenSize() % encoder.heads() != 0) {
            throw fault("hidden_size " + encoder.hiddenSize() + " is not divisible by num_attention_heads "
                    + encoder.heads());
        }
    }

    ModelException fault(String fault) {
        return new ModelException(fault + " in " + file + COPY_AGAIN);
    }

    ModelException wrong(String key, JsonNode value, String needed) {
        return new ModelException(key + " is " + value + " in " + file + ", but must be " + needed + COPY_AGAIN);
    }
}
