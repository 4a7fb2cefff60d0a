package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.image.preprocess.SizeRule.Timm;
import io.vitrine.image.preprocess.SizeRule.Timm.CropMode;
import io.vitrine.image.resample.ResampleFilter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the evaluation transform of timm 1.0 from the {@code pretrained_cfg} of a config.json. Values that are missing, null or zero
 * take timm's defaults.
 */
final class TimmConfig {
    /** The key of the transform in a config.json. */
    static final String KEY = "pretrained_cfg";

    private static final Set<String> READ =
            Set.of("input_size", "interpolation", "crop_pct", "crop_mode", "mean", "std");

    /** Fields that describe the model, its head or where it comes from; timm makes no transform of them. */
    private static final Set<String> HARMLESS = Set.of(
            // origin
            "url",
            "file",
            "hf_hub_id",
            "hf_hub_filename",
            "source",
            "state_dict",
            "custom_load",
            "tag",
            "license",
            "description",
            "origin_url",
            "paper_name",
            "paper_ids",
            "notes",
            // model and head
            "architecture",
            "architectures",
            "model_type",
            "model_args",
            "num_features",
            "global_pool",
            "num_classes",
            "label_offset",
            "label_names",
            "label_descriptions",
            "labels",
            "pool_size",
            "first_conv",
            "classifier",
            // limits on other sizes, and sizes that timm takes only when asked to
            "fixed_input_size",
            "min_input_size",
            "test_input_size",
            "test_crop_pct",
            "test_pool_size");

    private final ConfigValues values;

    private TimmConfig(ConfigValues values) {
        this.values = values;
    }

    /**
     * Reads a {@code pretrained_cfg}.
     *
     * @param source named in errors
     * @throws ModelException naming the field at fault
     */
    static Preprocessing read(JsonNode node, Object source) {
        if (!node.isObject()) {
            throw new ModelException(KEY + " is " + node + " in " + source + "; it must be an object with input_size,"
                    + " mean and std. Copy the file again from its source.");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!READ.contains(field.getKey())
                    && !HARMLESS.contains(field.getKey())
                    && !field.getValue().isNull()) {
                throw new ModelException(field.getKey() + " is " + field.getValue() + " in " + source
                        + ". This field of " + KEY + " is not known, and could change pixels. If it does not, remove it"
                        + " from a copy of the file.");
            }
        }
        return new TimmConfig(new ConfigValues(node, source)).read();
    }

    private Preprocessing read() {
        List<Double> mean = channels("mean", ProcessorDefaults.IMAGENET_MEAN);
        channels("std", ProcessorDefaults.IMAGENET_STD);
        List<Double> std = values.divisors("std", ProcessorDefaults.IMAGENET_STD);
        double cropPct = values.present("crop_pct").map(JsonNode::asDouble).orElse(0.0) == 0
                ? 0.875
                : values.divisor("crop_pct", 0.875);
        CropMode mode = cropMode();
        Timm rule = new Timm(cropPct, mode, filter(), mode == CropMode.BORDER ? border(mean) : List.of(0, 0, 0));
        Size size = inputSize();
        values.computedSide("crop_pct", Math.floor(size.height() / cropPct));
        values.computedSide("crop_pct", Math.floor(size.width() / cropPct));
        Preprocessing built = Preprocessing.builder(ImageProcessor.TIMM)
                .size(size, rule)
                .rescaleFactor(ProcessorDefaults.RESCALE_FACTOR)
                .normalize(PreprocessorConfig.floats(mean), PreprocessorConfig.floats(std))
                .build();
        PixelRange.require(built, values.source());
        return built;
    }

    private List<Double> channels(String key, List<Double> byDefault) {
        values.present(key).filter(value -> !value.isArray()).ifPresent(value -> {
            throw values.wrong(key, value, "a list of three numbers");
        });
        return values.channels(key, byDefault);
    }

    private Size inputSize() {
        Optional<JsonNode> value = values.present("input_size");
        if (value.isEmpty()) {
            return ProcessorDefaults.SIZE_224;
        }
        JsonNode size = value.get();
        if (!size.isArray() || size.size() != 3 || size.get(0).asInt() != 3) {
            throw values.wrong(
                    "input_size", size, "[3, height, width], because images are read as RGB, such as [3, 224, 224]");
        }
        return new Size(values.side("input_size", size.get(1)), values.side("input_size", size.get(2)));
    }

    private CropMode cropMode() {
        String name = text("crop_mode", "center");
        return Arrays.stream(CropMode.values())
                .filter(mode -> lowerCase(mode).equals(name))
                .findFirst()
                .orElseThrow(() -> values.wrong("crop_mode", name, known(CropMode.values())));
    }

    private ResampleFilter filter() {
        String name = text("interpolation", "bicubic");
        return Arrays.stream(ResampleFilter.values())
                .filter(filter -> lowerCase(filter).equals(name))
                .findFirst()
                .orElseThrow(() -> values.wrong("interpolation", name, known(ResampleFilter.values())));
    }

    private String text(String key, String byDefault) {
        return values.present(key)
                .map(JsonNode::asText)
                .filter(text -> !text.isEmpty())
                .orElse(byDefault);
    }

    private static String known(Enum<?>[] values) {
        return Arrays.stream(values).map(TimmConfig::lowerCase).collect(Collectors.joining(", "));
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The mean as 8-bit levels, rounded half to even. */
    private List<Integer> border(List<Double> mean) {
        List<Integer> levels =
                mean.stream().map(channel -> (int) Math.rint(255 * channel)).toList();
        if (levels.stream().anyMatch(level -> level < 0 || level > 255)) {
            throw values.wrong("mean", mean, "from 0 to 1 where crop_mode is border: it is the border's colour");
        }
        return levels;
    }

    /** The object that {@link Preprocessing#read} reads. */
    static Map<String, Object> write(Preprocessing steps, Timm rule) {
        Size size = steps.outputSize().orElseThrow();
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("input_size", List.of(3, size.height(), size.width()));
        config.put("interpolation", lowerCase(rule.filter()));
        config.put("crop_pct", rule.cropPct());
        config.put("crop_mode", lowerCase(rule.mode()));
        config.put("mean", steps.mean());
        config.put("std", steps.std());
        return Map.of(KEY, config);
    }
}
