package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import java.util.Locale;

/** Refuses checkpoints whose weights somebody quantized, by {@code quantization_config} in config.json. */
final class QuantizedConfig {
    private QuantizedConfig() {}

    /**
     * Refuses a quantized checkpoint.
     *
     * @param config a config.json
     * @param file named in errors
     * @throws ModelException naming the method and what to take instead
     */
    static void refuse(JsonNode config, Object file) {
        JsonNode quantization = config.path("quantization_config");
        if (quantization.isMissingNode() || quantization.isNull()) {
            return;
        }
        throw new ModelException(
                "The checkpoint's weights are quantized " + by(quantization) + " (quantization_config in "
                        + file + "), which is not read: only floats are. Take " + original(config)
                        + ". To compute in 8 bits, add --precision int8.");
    }

    private static String by(JsonNode quantization) {
        String method = quantization.path("quant_method").asText("").toLowerCase(Locale.ROOT);
        boolean eightBits = quantization.path("load_in_8bit").asBoolean(false);
        boolean fourBits = quantization.path("load_in_4bit").asBoolean(false);
        String bits = quantization.path("bits").isInt()
                ? ", " + quantization.path("bits").asInt() + " bits"
                : "";
        return switch (method) {
            case "gptq" -> "by GPTQ" + bits;
            case "awq" -> "by AWQ" + bits;
            case "fp8", "fbgemm_fp8", "finegrained_fp8" -> "to 8-bit floats (" + method + ")";
            case "compressed-tensors" -> "by compressed-tensors (llm-compressor)";
            case "bitsandbytes", "" ->
                eightBits || fourBits || !method.isEmpty()
                        ? "by bitsandbytes" + (eightBits ? ", 8 bits" : fourBits ? ", 4 bits" : "")
                        : "by a method that it does not name";
            default -> "by " + method;
        };
    }

    private static String original(JsonNode config) {
        String name = config.path("_name_or_path").asText("");
        String example =
                name.matches("[A-Za-z0-9._-]+/[A-Za-z0-9._-]+") ? ", by its _name_or_path perhaps " + name : "";
        return "the checkpoint that it was made of" + example;
    }
}
