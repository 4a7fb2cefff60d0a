package io.vitrine.checkpoint;

import io.vitrine.ModelException;
import java.util.Arrays;
import java.util.List;

/** The supported architectures, by the {@code model_type} of config.json. */
public enum ModelFamily {
    VIT("vit", "vit.", ImageSizes.TRAINED, PoolerSource.WEIGHTS),
    /** ViT without a pooler. */
    VIT_MSN("vit_msn", "vit.", ImageSizes.TRAINED, PoolerSource.WEIGHTS),
    /** The encoder of a masked autoencoder. All patches run in order; the reference drops three quarters at random. */
    VIT_MAE("vit_mae", "vit.", ImageSizes.TRAINED, PoolerSource.WEIGHTS),
    /** ViT without a class token: every token is a patch. */
    IJEPA("ijepa", "ijepa.", ImageSizes.TRAINED, PoolerSource.WEIGHTS),
    DEIT("deit", "deit.", ImageSizes.TRAINED, PoolerSource.WEIGHTS),
    BEIT("beit", "beit.", ImageSizes.ANY, PoolerSource.LAST_STATE),
    /** The same semantics as BEiT. */
    DATA2VEC_VISION("data2vec-vision", "data2vec_vision.", ImageSizes.ANY, PoolerSource.LAST_STATE),
    DINOV2("dinov2", "dinov2.", ImageSizes.ANY, PoolerSource.LAST_STATE),
    DINOV2_WITH_REGISTERS("dinov2_with_registers", "dinov2_with_registers.", ImageSizes.ANY, PoolerSource.LAST_STATE),
    DINOV3_VIT("dinov3_vit", "dinov3_vit.", ImageSizes.ANY, PoolerSource.LAST_STATE),
    /** The image half of CLIP, with or without the text half beside it. */
    CLIP("clip", "vision_model.", ImageSizes.TRAINED, PoolerSource.LAST_STATE, "clip_vision_model"),
    /** The same semantics as CLIP's image half. */
    METACLIP_2("metaclip_2", "vision_model.", ImageSizes.TRAINED, PoolerSource.LAST_STATE, "metaclip_2_vision_model"),
    /** CLIP's image half with rotated queries and keys in place of position embeddings. */
    MLCD("mlcd_vision_model", "vision_model.", ImageSizes.ANY, PoolerSource.LAST_STATE, "mlcd"),
    /** The image half of SigLIP, and of SigLIP 2 at a fixed size. */
    SIGLIP("siglip", "vision_model.", ImageSizes.TRAINED, PoolerSource.LAST_STATE, "siglip_vision_model"),
    AIMV2("aimv2", "vision_model.", ImageSizes.TRAINED, PoolerSource.LAST_STATE, "aimv2_vision_model"),
    /** ViT with several class tokens. */
    PIXIO("pixio", "pixio.", ImageSizes.ANY, PoolerSource.LAST_STATE),
    /** The ViTs of timm: its own Hub repositories, which have no model type, and transformers' wrapper around them. */
    TIMM("timm_wrapper", "timm_model.", ImageSizes.TRAINED, PoolerSource.LAST_STATE),
    /** NVIDIA's C-RADIO. */
    RADIO("radio", "radio_model.", ImageSizes.ANY, PoolerSource.LAST_STATE);

    /** Which image sizes the reference takes unless it is told to interpolate positions. */
    private enum ImageSizes {
        TRAINED,
        ANY
    }

    private enum PoolerSource {
        /** {@code pooler.dense}, which a checkpoint may lack. */
        WEIGHTS,
        /** The last hidden state, so every checkpoint has a pooler. */
        LAST_STATE
    }

    private final String modelType;
    private final String prefix;
    private final ImageSizes imageSizes;
    private final PoolerSource poolerSource;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> otherTypes;

    ModelFamily(
            String modelType, String prefix, ImageSizes imageSizes, PoolerSource poolerSource, String... otherTypes) {
        this.modelType = modelType;
        this.otherTypes = List.of(otherTypes);
        this.prefix = prefix;
        this.imageSizes = imageSizes;
        this.poolerSource = poolerSource;
    }

    /** The value of {@code model_type}; of the whole model where a family also has its image half alone. */
    public String modelType() {
        return modelType;
    }

    /** The prefix of the base model's tensor names in a checkpoint with a head. */
    String prefix() {
        return prefix;
    }

    /** Whether the reference takes images of any size without being told to interpolate positions. */
    public boolean takesAnySize() {
        return imageSizes == ImageSizes.ANY;
    }

    /** Whether {@code pooler_output} is computed from the last hidden state, so that every checkpoint has it. */
    boolean hasDerivedPooler() {
        return poolerSource == PoolerSource.LAST_STATE;
    }

    /**
     * The number of tokens before the patches that have a position: class and distillation token. The tokens of {@link
     * TowerOptions} are not counted.
     */
    int prefixTokens() {
        return switch (this) {
            case IJEPA, CLIP, METACLIP_2, MLCD, SIGLIP, AIMV2, PIXIO, TIMM, RADIO -> 0;
            case DEIT -> 2;
            default -> 1;
        };
    }

    /** Whether the family is described by {@link TowerOptions}. */
    public boolean isTower() {
        return switch (this) {
            case CLIP, METACLIP_2, MLCD, SIGLIP, AIMV2, PIXIO, TIMM, RADIO -> true;
            default -> false;
        };
    }

    /** BEiT or Data2Vec. */
    boolean isBeit() {
        return this == BEIT || this == DATA2VEC_VISION;
    }

    /** DINOv2, with or without registers. */
    boolean isDinov2() {
        return this == DINOV2 || this == DINOV2_WITH_REGISTERS;
    }

    private static List<String> modelTypes() {
        return Arrays.stream(values()).map(ModelFamily::modelType).toList();
    }

    /**
     * The family of a model type.
     *
     * @param file named in errors
     * @throws ModelException if the type is not supported
     */
    static ModelFamily of(String modelType, Object file) {
        return Arrays.stream(values())
                .filter(family -> family.modelType.equals(modelType) || family.otherTypes.contains(modelType))
                .findFirst()
                .orElseThrow(() -> new ModelException("model_type is '" + modelType + "' in " + file + "; supported: "
                        + String.join(", ", modelTypes()) + ". " + NearestModel.sentence(modelType, modelTypes())));
    }
}
