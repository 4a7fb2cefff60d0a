package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a preprocessor_config.json that are known. A field that is not might change pixels, so it stops the run, unless it
 * switches a step off.
 */
final class KnownFields {
    /** Fields that every processor reads. */
    private static final Set<String> READ = Set.of(
            "do_resize",
            "size",
            "default_to_square",
            "resample",
            "do_center_crop",
            "crop_size",
            "do_rescale",
            "rescale_factor",
            "do_normalize",
            "image_mean",
            "image_std",
            "do_pad",
            "pad_size",
            "image_processor_type",
            "feature_extractor_type",
            "auto_map");

    /** Fields that change no pixel, and why. */
    private static final Map<String, String> HARMLESS = Map.ofEntries(
            Map.entry("do_convert_rgb", "images are always read as RGB, as by the reference's loader"),
            Map.entry("do_reduce_labels", "changes the labels of segmentation maps"),
            Map.entry("reduce_labels", "changes the labels of segmentation maps"),
            Map.entry("data_format", "how Python lays out its arrays"),
            Map.entry("input_data_format", "how Python lays out its arrays"),
            Map.entry("return_tensors", "the type of Python's arrays"),
            Map.entry("device", "where Python computes"),
            Map.entry("disable_grouping", "how Python forms batches"),
            Map.entry("model_input_names", "names of Python's results"),
            Map.entry("_valid_processor_keys", "names of Python's arguments"),
            Map.entry("_valid_kwargs_names", "names of Python's arguments"),
            Map.entry("image_seq_length", "counts the placeholders of an image in a text"),
            Map.entry("processor_class", "the class that joins this one with a tokenizer"),
            Map.entry("_processor_class", "the class that joins this one with a tokenizer"),
            Map.entry("_auto_class", "how Python finds the class"),
            Map.entry("_name_or_path", "where the file comes from"),
            Map.entry("name_or_path", "where the file comes from"),
            Map.entry("_commit_hash", "where the file comes from"),
            Map.entry("transformers_version", "what wrote the file"));

    private KnownFields() {}

    /**
     * Refuses fields that are not known.
     *
     * @param source named in errors
     * @throws ModelException naming the field
     */
    static void require(JsonNode node, ImageProcessor processor, Object source) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String key = field.getKey();
            if (!READ.contains(key) && !HARMLESS.containsKey(key) && !reads(processor, key) && !isOff(field)) {
                throw new ModelException(key + " is " + field.getValue() + " in " + source + ". " + processor
                        + " is not known to have this field, which could change pixels. If it does not, remove it from a"
                        + " copy of the file.");
            }
        }
        requirePublishedCode(node.path("auto_map"), source);
    }

    private static boolean reads(ImageProcessor processor, String key) {
        return switch (processor) {
            case CLIP -> key.equals("use_square_size");
            case CONVNEXT -> key.equals("crop_pct");
            default -> false;
        };
    }

    private static boolean isOff(Map.Entry<String, JsonNode> field) {
        boolean isSwitch = field.getKey().startsWith("do_") || field.getKey().startsWith("use_");
        return field.getValue().isNull()
                || isSwitch && field.getValue().isBoolean() && !field.getValue().asBoolean();
    }

    private static void requirePublishedCode(JsonNode autoMap, Object source) {
        for (String key : Set.of("AutoImageProcessor", "AutoFeatureExtractor")) {
            if (autoMap.hasNonNull(key)) {
                throw new ModelException("auto_map in " + source + " names the repository's own code for images, "
                        + autoMap.get(key) + ", which Vitrine does not run. If the processor that the file names is"
                        + " the one of transformers, remove auto_map from a copy of the file.");
            }
        }
    }
}
