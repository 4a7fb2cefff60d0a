package io.vitrine.image.preprocess;

import java.util.Arrays;
import java.util.Optional;

/** Image processors that Vitrine implements: those of transformers by their {@code image_processor_type}, and timm's. */
public enum ImageProcessor {
    VIT("ViTImageProcessor"),
    DEIT("DeiTImageProcessor"),
    BEIT("BeitImageProcessor"),
    BIT("BitImageProcessor"),
    CLIP("CLIPImageProcessor"),
    SIGLIP("SiglipImageProcessor"),
    CONVNEXT("ConvNextImageProcessor"),
    DINOV3_VIT("DINOv3ViTImageProcessor"),
    /** The evaluation transform of timm, which {@code pretrained_cfg} of a config.json describes. */
    TIMM("timm");

    private final String type;

    ImageProcessor(String type) {
        this.type = type;
    }

    /** Finds a processor of transformers by its {@code image_processor_type}: plain, Fast, Pil or FeatureExtractor. */
    static Optional<ImageProcessor> ofType(String type) {
        String plain = type.replaceAll("(Fast|Pil)$", "").replaceAll("FeatureExtractor$", "ImageProcessor");
        return Arrays.stream(values())
                .filter(processor -> processor != TIMM && processor.type.equals(plain))
                .findFirst();
    }

    /** The processor of a model's {@code model_type}, for files that do not name one. */
    static Optional<ImageProcessor> ofModel(String modelType) {
        return switch (modelType) {
            case "vit", "vit_msn", "vit_mae", "ijepa" -> Optional.of(VIT);
            case "deit" -> Optional.of(DEIT);
            case "beit", "data2vec-vision" -> Optional.of(BEIT);
            case "dinov2", "pixio" -> Optional.of(BIT);
            case "clip",
                    "clip_vision_model",
                    "metaclip_2",
                    "mlcd",
                    "mlcd_vision_model",
                    "aimv2",
                    "aimv2_vision_model" -> Optional.of(CLIP);
            case "siglip", "siglip_vision_model" -> Optional.of(SIGLIP);
            case "dinov3_vit" -> Optional.of(DINOV3_VIT);
            default -> Optional.empty();
        };
    }

    /** The {@code image_processor_type}. */
    @Override
    public String toString() {
        return type;
    }
}
