package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Which image processor a preprocessor_config.json is for. */
final class ProcessorName {
    private ProcessorName() {}

    /**
     * Reads the name.
     *
     * @param modelType implies the processor if the file names none
     * @param source named in errors
     * @throws ModelException if the processor is not known
     */
    static ImageProcessor read(JsonNode node, String modelType, Object source) {
        String type = node.path("image_processor_type")
                .asText(node.path("feature_extractor_type").asText(""));
        if (type.isEmpty()) {
            return ImageProcessor.ofModel(modelType)
                    .orElseThrow(() -> new ModelException("No image_processor_type in " + source + ", and model_type '"
                            + modelType + "' implies none. Add one, such as \"image_processor_type\":"
                            + " \"BitImageProcessor\"."));
        }
        if (type.matches("Siglip2ImageProcessor(Fast|Pil)?")) {
            throw new ModelException(type + " in " + source + " is SigLIP 2's NaFlex, which cuts every image into"
                    + " another grid of patches. This is not supported. Use a SigLIP 2 checkpoint of fixed size, such as"
                    + " google/siglip2-base-patch16-224: its processor is SiglipImageProcessor.");
        }
        return ImageProcessor.ofType(type)
                .orElseThrow(() -> new ModelException("Unknown image processor '" + type + "' in " + source
                        + ". Known: "
                        + Arrays.stream(ImageProcessor.values())
                                .filter(processor -> processor != ImageProcessor.TIMM)
                                .map(ImageProcessor::toString)
                                .collect(Collectors.joining(", "))
                        + " (or ...ImageProcessorFast, ...ImageProcessorPil, ...FeatureExtractor), and timm's"
                        + " pretrained_cfg in config.json."));
    }
}
