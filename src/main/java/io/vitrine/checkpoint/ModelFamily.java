package io.vitrine.checkpoint;

import io.vitrine.ModelException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The architectures that are read, by the {@code model_type} of config.json. */
public enum ModelFamily {
    VIT("vit", "vit.", false, false),
    /** ViT without a pooler. */
    VIT_MSN("vit_msn", "vit.", false, false),
    /** The encoder of a masked autoencoder, run on all patches in order: the reference drops three quarters at random. */
    VIT_MAE("vit_mae", "vit.", false, false),
    /** ViT without a class token: every token is a patch. */
    IJEPA("ijepa", "ijepa.", false, false),
    DEIT("deit", "deit.", false, false),
    BEIT("beit", "beit.", true, true),
    /** The same names and semantics as BEiT. */
    DATA2VEC_VISION("data2vec-vision", "data2vec_vision.", true, true),
    DINOV2("dinov2", "dinov2.", true, true),
    DINOV2_WITH_REGISTERS("dinov2_with_registers", "dinov2_with_registers.", true, true),
    DINOV3_VIT("dinov3_vit", "dinov3_vit.", true, true);

    private final String modelType;
    private final String prefix;
    private final boolean anySize;
    private final boolean derivedPooler;

    ModelFamily(String modelType, String prefix, boolean anySize, boolean derivedPooler) {
        this.modelType = modelType;
        this.prefix = prefix;
        this.anySize = anySize;
        this.derivedPooler = derivedPooler;
    }

    public String modelType() {
        return modelType;
    }

    /** What the base model's tensors begin with in a checkpoint that has a head. */
    String prefix() {
        return prefix;
    }

    /** Whether the reference takes images of any size without being asked to interpolate positions. */
    public boolean takesAnySize() {
        return anySize;
    }

    /** Whether {@code pooler_output} is made of the last hidden state, and so always there. */
    boolean hasDerivedPooler() {
        return derivedPooler;
    }

    /** How many tokens stand before the patches and have a position: class and distillation token. */
    public int prefixTokens() {
        return this == IJEPA ? 0 : this == DEIT ? 2 : 1;
    }

    boolean isBeit() {
        return this == BEIT || this == DATA2VEC_VISION;
    }

    /** DINOv2, with or without registers. */
    boolean isDino2() {
        return this == DINOV2 || this == DINOV2_WITH_REGISTERS;
    }

    static ModelFamily of(String modelType, Object file) {
        return Arrays.stream(values())
                .filter(family -> family.modelType.equals(modelType))
                .findFirst()
                .orElseThrow(() -> new ModelException("model_type is '" + modelType + "' in " + file + "; supported: "
                        + Arrays.stream(values()).map(ModelFamily::modelType).collect(Collectors.joining(", ")) + "."));
    }
}
