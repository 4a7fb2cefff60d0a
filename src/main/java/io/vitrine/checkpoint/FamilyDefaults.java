package io.vitrine.checkpoint;

/**
 * What the reference library takes for keys that config.json leaves out.
 *
 * @param intermediate width inside the MLP; unused where config.json has {@code mlp_ratio}
 * @param epsilonKey the key of the norms' epsilon
 */
record FamilyDefaults(
        int hidden,
        int layers,
        int heads,
        int intermediate,
        int imageSize,
        int patchSize,
        String activation,
        String epsilonKey,
        double epsilon) {
    private static final String LAYER_NORM_EPS = "layer_norm_eps";

    static FamilyDefaults of(ModelFamily family) {
        return switch (family) {
            case VIT, VIT_MAE, IJEPA, DEIT, BEIT, DATA2VEC_VISION -> vit(16, 1e-12);
            case VIT_MSN -> vit(16, 1e-6);
            case DINOV2 -> vit(14, 1e-6);
            case DINOV2_WITH_REGISTERS -> vit(16, 1e-6);
            case DINOV3_VIT -> new FamilyDefaults(384, 12, 6, 1536, 224, 16, "gelu", LAYER_NORM_EPS, 1e-5);
            case CLIP, METACLIP_2 -> new FamilyDefaults(768, 12, 12, 3072, 224, 32, "quick_gelu", LAYER_NORM_EPS, 1e-5);
            case MLCD -> new FamilyDefaults(1664, 48, 16, 8192, 336, 14, "gelu", LAYER_NORM_EPS, 1e-5);
            case SIGLIP -> new FamilyDefaults(768, 12, 12, 3072, 224, 16, "gelu_pytorch_tanh", LAYER_NORM_EPS, 1e-6);
            case AIMV2 -> new FamilyDefaults(1024, 24, 8, 2816, 224, 14, "silu", "rms_norm_eps", 1e-5);
            case TIMM -> vit(16, 1e-6); // TimmReader leaves no key out
            case RADIO -> new FamilyDefaults(1280, 32, 16, 5120, 224, 16, "gelu", LAYER_NORM_EPS, 1e-6);
            case PIXIO -> new FamilyDefaults(1280, 32, 16, 5120, 256, 16, "gelu", LAYER_NORM_EPS, 1e-6);
        };
    }

    private static FamilyDefaults vit(int patchSize, double epsilon) {
        return new FamilyDefaults(768, 12, 12, 3072, 224, patchSize, "gelu", LAYER_NORM_EPS, epsilon);
    }
}
