package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Typed values of a configuration. An absent key means the default. Null means false for a flag, as in the reference, and the
 * default for any other value, where the reference fails. A value of a wrong type or range is an error that names the key, the value
 * and the source.
 */
final class ConfigValues {
    private static final int MAX_SIDE = 1 << 16;

    private final JsonNode node;
    private final Object source;

    /** @param source named in errors */
    ConfigValues(JsonNode node, Object source) {
        this.node = node;
        this.source = source;
    }

    Object source() {
        return source;
    }

    /** The value of {@code key}; empty if it is absent or null. */
    Optional<JsonNode> present(String key) {
        return Optional.ofNullable(node.get(key)).filter(value -> !value.isNull());
    }

    boolean flag(String key, boolean byDefault) {
        if (!node.has(key)) {
            return byDefault;
        }
        JsonNode value = node.get(key);
        if (!value.isBoolean() && !value.isNull()) {
            throw wrong(key, value, "true or false");
        }
        return value.asBoolean(false);
    }

    double number(String key, double byDefault) {
        Optional<JsonNode> value = present(key);
        if (value.isPresent()
                && !(value.get().isNumber() && Double.isFinite(value.get().asDouble()))) {
            throw wrong(key, value.get(), "a number");
        }
        return value.map(JsonNode::asDouble).orElse(byDefault);
    }

    /** A number that lengths are divided by. */
    double divisor(String key, double byDefault) {
        double value = number(key, byDefault);
        if (!(value >= 1e-3 && value <= 1e3)) {
            throw wrong(key, node.get(key), "from 0.001 to 1000, such as 0.875");
        }
        return value;
    }

    /** Three channels; one number stands for all of them. */
    List<Double> channels(String key, List<Double> byDefault) {
        Optional<JsonNode> value = present(key);
        if (value.isEmpty()) {
            return byDefault;
        }
        List<Double> channels = new ArrayList<>();
        if (value.get().isNumber()) {
            double same = value.get().asDouble();
            channels.addAll(List.of(same, same, same));
        } else {
            value.get().forEach(channel -> channels.add(channel.isNumber() ? channel.asDouble() : Double.NaN));
        }
        if (channels.size() != 3 || channels.stream().anyMatch(channel -> !Float.isFinite(channel.floatValue()))) {
            throw wrong(key, value.get(), "one number, or three for RGB");
        }
        return List.copyOf(channels);
    }

    /** As {@link #channels}, for numbers that pixels are divided by. */
    List<Double> divisors(String key, List<Double> byDefault) {
        List<Double> channels = channels(key, byDefault);
        if (channels.stream().map(Double::floatValue).toList().contains(0f)) {
            throw new ModelException(
                    key + " is " + node.get(key) + " in " + source + "; pixels cannot be divided by 0.");
        }
        return channels;
    }

    /** A size of the forms {@code n}, {@code [height, width]} and {@code {height, width}}; empty for any other. */
    Optional<Size> size(String key, JsonNode value) {
        if (value.isIntegralNumber()) {
            int side = side(key, value);
            return Optional.of(new Size(side, side));
        }
        if (value.isArray() && value.size() == 2) {
            return Optional.of(new Size(side(key, value.get(0)), side(key, value.get(1))));
        }
        return hasExactly(value, "height", "width")
                ? Optional.of(new Size(side(key, value.get("height")), side(key, value.get("width"))))
                : Optional.empty();
    }

    static boolean hasExactly(JsonNode value, String... keys) {
        return value.isObject()
                && value.size() == keys.length
                && List.of(keys).stream().allMatch(value::has);
    }

    /** A length in pixels. */
    int side(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1 || value.asInt() > MAX_SIDE) {
            throw new ModelException(key + " has the side " + value + " in " + source
                    + "; it must be a whole number of pixels from 1 to " + MAX_SIDE + ".");
        }
        return value.asInt();
    }

    /** A length in pixels that was computed from {@code key}. */
    int computedSide(String key, double length) {
        if (!(length >= 1 && length <= MAX_SIDE)) {
            throw new ModelException(key + " is " + node.get(key) + " in " + source + ", which resizes images to "
                    + length + " pixels; this must be from 1 to " + MAX_SIDE + ". Correct " + key + ".");
        }
        return (int) length;
    }

    ModelException wrong(String key, Object value, String needed) {
        return new ModelException(key + " is " + value + " in " + source + "; it must be " + needed + ".");
    }
}
