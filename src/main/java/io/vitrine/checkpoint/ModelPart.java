package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vitrine.ModelException;
import java.util.Optional;

/**
 * The part of a config.json that describes the model which reads images. Models of images and texts hold it under {@code
 * vision_config}, models that write a text about an image under {@code encoder}.
 *
 * @param node the part's keys
 * @param labels {@code id2label}, which always belongs to the whole model
 * @param weightsPrefix what the part's tensor names begin with, if other models' tensors lie beside them; else empty
 * @param tower how the model is put together, if {@code node} does not say so
 */
record ModelPart(
        ModelFamily family, JsonNode node, JsonNode labels, String weightsPrefix, Optional<TowerOptions> tower) {
    private static final String TYPE = "model_type";
    private static final String WRAPPED = "vision-encoder-decoder";
    private static final String NAFLEX = "siglip2";

    /**
     * The part of {@code whole}.
     *
     * @param file named in errors
     * @throws ModelException if the model is not supported
     */
    static ModelPart of(JsonNode whole, Object file) {
        if (TimmReader.reads(whole)) {
            return TimmReader.part(whole, file);
        }
        String type = whole.path(TYPE).asText("");
        JsonNode labels = whole.path("id2label");
        if (type.equals(WRAPPED)) {
            return encoder(whole.path("encoder"), labels, file);
        }
        if (type.startsWith(NAFLEX)) {
            throw new ModelException("model_type is '" + type + "' in " + file + ": SigLIP 2 NaFlex, whose number of"
                    + " patches varies with the image, is not supported. Use the same model at a fixed size, such as"
                    + " google/siglip2-base-patch16-224.");
        }
        ModelFamily family = ModelFamily.of(type, file);
        boolean whollyOfImages = !family.isTower() || !family.modelType().equals(type) || isPlain(family);
        if (!whollyOfImages && whole.has("hidden_size") && !whole.has("vision_config")) {
            throw new ModelException(file + " is in another form than transformers': it has model_type '" + type
                    + "', but no vision_config. Take the checkpoint in the form of transformers, such as"
                    + " apple/aimv2-large-patch14-224-lit for AIMv2, or timm's.");
        }
        return new ModelPart(family, whollyOfImages ? whole : vision(whole), labels, "", Optional.empty());
    }

    /** Whether the family's own model type has no part of texts. */
    private static boolean isPlain(ModelFamily family) {
        return family == ModelFamily.PIXIO || family == ModelFamily.MLCD || family == ModelFamily.RADIO;
    }

    /** Old files have {@code vision_config_dict}, which replaces {@code vision_config} altogether. */
    private static JsonNode vision(JsonNode whole) {
        JsonNode old = whole.path("vision_config_dict");
        JsonNode vision = old.isObject() ? old : whole.path("vision_config");
        return vision.isObject() ? vision : JsonNodeFactory.instance.objectNode();
    }

    private static ModelPart encoder(JsonNode encoder, JsonNode labels, Object file) {
        ModelPart part = of(encoder, "encoder of " + file);
        return new ModelPart(part.family, part.node, labels, "encoder.", part.tower);
    }
}
