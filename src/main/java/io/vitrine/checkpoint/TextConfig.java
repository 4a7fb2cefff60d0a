package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vitrine.ModelException;
import java.util.Optional;

/**
 * The part of a config.json that describes the model which reads texts.
 *
 * @param encoder its layers
 * @param vocabulary number of different tokens
 * @param positions the largest number of tokens in a text
 * @param pooled the token whose vector stands for the text
 * @param endOfText the id of the token that ends a text
 */
public record TextConfig(
        ModelFamily family, VitConfig.Encoder encoder, int vocabulary, int positions, Pooled pooled, long endOfText) {
    private static final long LEGACY_END = 2;
    private static final int MAX_TOKENS = 1 << 16;

    /** The token whose vector stands for a text. */
    public enum Pooled {
        /** The first token of the id {@link #endOfText}. */
        FIRST_END_OF_TEXT,
        /** The first token of the largest id: old CLIP configs name another end than their tokenizers write. */
        LARGEST_ID,
        /** The last token, padding or not. */
        LAST
    }

    /** Whether attention looks back only. */
    public boolean isCausal() {
        return family != ModelFamily.SIGLIP;
    }

    /**
     * The part of {@code whole}.
     *
     * @param file named in errors
     * @throws ModelException if the model reads no texts, or a key has a value that it cannot have
     */
    static TextConfig read(JsonNode whole, Object file) {
        ModelFamily family = ModelFamily.of(whole.path("model_type").asText(""), file);
        boolean readsTexts =
                switch (family) {
                    case CLIP, METACLIP_2, SIGLIP ->
                        family.modelType().equals(whole.path("model_type").asText());
                    default -> false;
                };
        if (!readsTexts) {
            throw new ModelException("The model in " + file + " is of type '"
                    + whole.path("model_type").asText("") + "' and reads no texts. Use a checkpoint of type clip,"
                    + " metaclip_2 or siglip, such as openai/clip-vit-base-patch32.");
        }
        JsonNode node = part(whole);
        boolean siglip = family == ModelFamily.SIGLIP;
        ConfigKeys keys = new ConfigKeys(node, "text_config of " + file);
        VitConfig.Encoder encoder = new VitConfig.Encoder(
                keys.dimension("hidden_size", siglip ? 768 : 512),
                keys.dimension("num_hidden_layers", 12, ConfigKeys.MAX_LAYERS),
                keys.dimension("num_attention_heads", siglip ? 12 : 8),
                keys.dimension("intermediate_size", siglip ? 3072 : 2048),
                keys.activation("hidden_act", siglip ? "gelu_pytorch_tanh" : "quick_gelu"),
                keys.epsilon("layer_norm_eps", siglip ? 1e-6 : 1e-5),
                true);
        keys.requireDivisible(encoder);
        JsonNode end = node.path("eos_token_id");
        long endOfText = (end.isArray() ? end.path(0) : end).asLong(49407);
        Pooled pooled = siglip
                ? Pooled.LAST
                : endOfText == LEGACY_END && family == ModelFamily.CLIP ? Pooled.LARGEST_ID : Pooled.FIRST_END_OF_TEXT;
        return new TextConfig(
                family,
                encoder,
                keys.dimension("vocab_size", siglip ? 32_000 : 49_408, 1 << 22),
                keys.dimension("max_position_embeddings", siglip ? 64 : 77, MAX_TOKENS),
                pooled,
                endOfText);
    }

    /** Old files have {@code text_config_dict}, which replaces {@code text_config} altogether. */
    private static JsonNode part(JsonNode whole) {
        return Optional.of(whole.path("text_config_dict"))
                .filter(JsonNode::isObject)
                .or(() -> Optional.of(whole.path("text_config")).filter(JsonNode::isObject))
                .orElseGet(JsonNodeFactory.instance::objectNode);
    }
}
