package io.vitrine.image.preprocess;

import java.util.Arrays;
import java.util.Optional;

/** Hugging Face image processors that Vitrine implements: the {@code image_processor_type} of preprocessor_config.json. */
public enum ImageProcessor {
    VIT("ViTImageProcessor"),
    DEIT("DeiTImageProcessor"),
    BEIT("BeitImageProcessor"),
    BIT("BitImageProcessor"),
    CLIP("CLIPImageProcessor"),
    DINOV3_VIT("DINOv3ViTImageProcessor");

    private final String type;

    ImageProcessor(String type) {
        this.type = type;
    }

    /** Finds a processor by its {@code image_processor_type}, of any generation: slow, fast or feature extractor. */
    static Optional<ImageProcessor> ofType(String type) {
        String slow = type.replaceAll("(Fast|Pil)$", "").replaceAll("FeatureExtractor$", "ImageProcessor");
        return Arrays.stream(values())
                .filter(processor -> processor.type.equals(slow))
                .findFirst();
    }

    /** The processor of a model's {@code model_type}, for files that do not name one. */
    static Optional<ImageProcessor> ofModel(String modelType) {
        return switch (modelType) {
            case "vit", "vit_msn", "vit_mae", "ijepa" -> Optional.of(VIT);
            case "deit" -> Optional.of(DEIT);
            case "beit", "data2vec-vision" -> Optional.of(BEIT);
            case "dinov2" -> Optional.of(BIT);
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
