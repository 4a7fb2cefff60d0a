package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
import io.vitrine.image.resample.ResampleFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads and writes preprocessor_config.json. Reads files of both generations: "feature extractor" files with integer sizes and
 * without rescale keys, and those with named sizes. A missing key takes the processor's default. Null counts as false for a
 * {@code do_} key and as missing for any other.
 */
final class PreprocessorConfig {
    private static final int MAX_SIDE = 1 << 16;

    private final JsonNode node;
    private final Object source;
    private final Preprocessing defaults;

    private PreprocessorConfig(JsonNode node, String modelType, Object source) {
        this.node = node;
        this.source = source;
        this.defaults = ProcessorDefaults.of(processor(node, modelType, source));
    }

    static Preprocessing read(JsonNode node, String modelType, Object source) {
        return new PreprocessorConfig(node, modelType, source).read();
    }

    private Preprocessing read() {
        boolean crop = flag("do_center_crop", defaults.cropSize().isPresent());
        ResampleFilter filter = filter();
        checkSupported(crop, filter);
        Preprocessing.Builder steps =
                Preprocessing.builder(defaults.processor()).filter(filter);
        if (flag("do_resize", true)) {
            steps.resizeTo(resizeTarget());
        }
        if (crop) {
            steps.centerCrop(cropSize());
        }
        if (flag("do_rescale", true)) {
            steps.rescaleFactor(number("rescale_factor", ProcessorDefaults.RESCALE_FACTOR));
        }
        if (flag("do_normalize", true)) {
            steps.normalize(channels("image_mean", defaults.mean()), channels("image_std", defaults.std()));
        }
        Preprocessing built = steps.build();
        PixelRange.require(built, source);
        return built;
    }

    static Map<String, Object> write(Preprocessing p) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("image_processor_type", p.processor().toString());
        config.put("do_resize", p.resizeTarget().isPresent());
        p.resizeTarget().ifPresent(target -> {
            config.put("size", json(target));
            config.put("resample", p.filter().code());
        });
        config.put("do_center_crop", p.cropSize().isPresent());
        p.cropSize().ifPresent(size -> config.put("crop_size", json(size)));
        config.put("do_rescale", p.rescaleFactor() != 1);
        if (p.rescaleFactor() != 1) {
            config.put("rescale_factor", p.rescaleFactor());
        }
        config.put("do_normalize", true);
        config.put("image_mean", p.mean());
        config.put("image_std", p.std());
        return config;
    }

    private static Map<String, Integer> json(ResizeTarget target) {
        return target instanceof Exact exact
                ? json(exact.size())
                : Map.of("shortest_edge", ((ShortestEdge) target).length());
    }

    private static Map<String, Integer> json(Size size) {
        return Map.of("height", size.height(), "width", size.width());
    }

    private static ImageProcessor processor(JsonNode node, String modelType, Object source) {
        String type = node.path("image_processor_type")
                .asText(node.path("feature_extractor_type").asText(""));
        if (type.isEmpty()) {
            return ImageProcessor.ofModel(modelType)
                    .orElseThrow(() -> new ModelException("No image_processor_type in " + source + ", and model_type '"
                            + modelType + "' implies none. Add one, such as \"image_processor_type\":"
                            + " \"BitImageProcessor\"."));
        }
        return ImageProcessor.ofType(type)
                .orElseThrow(() -> new ModelException("Unknown image processor '" + type + "' in " + source
                        + ". Known: " + known(ImageProcessor.values())
                        + " (or ...FeatureExtractor, ...ImageProcessorFast)."));
    }

    private static String known(Object[] values) {
        return Arrays.stream(values).map(Object::toString).collect(Collectors.joining(", "));
    }

    private ResampleFilter filter() {
        Optional<JsonNode> value = present("resample");
        if (value.isEmpty()) {
            return defaults.filter();
        }
        int code = value.get().asInt(-1);
        return ResampleFilter.ofCode(code)
                .orElseThrow(() -> new ModelException("resample is " + code + " in " + source + "; known: "
                        + Arrays.stream(ResampleFilter.values())
                                .map(filter ->
                                        filter.code() + " " + filter.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + "."));
    }

    /** Floats are resized as torchvision does, which Vitrine implements in part. */
    private void checkSupported(boolean crop, ResampleFilter filter) {
        boolean filterSupported = filter == ResampleFilter.BILINEAR || filter == ResampleFilter.BICUBIC;
        if (defaults.rescalesBeforeResize() && (crop || !filterSupported)) {
            throw new ModelException(source + " asks " + defaults.processor() + " for a "
                    + (crop ? "centre crop" : "resize with " + filter)
                    + ", which is not supported. This processor can resize, bilinear or bicubic, but not crop.");
        }
    }

    private ResizeTarget resizeTarget() {
        ResizeTarget byDefault = defaults.resizeTarget().orElseThrow();
        Optional<JsonNode> value = present("size");
        if (value.isEmpty()) {
            return byDefault;
        }
        JsonNode size = value.get();
        if (size.isIntegralNumber()) {
            int side = side("size", size);
            return byDefault instanceof Exact ? new Exact(new Size(side, side)) : new ShortestEdge(side);
        }
        if (size.isArray() && size.size() == 2) {
            return new Exact(new Size(side("size", size.get(0)), side("size", size.get(1))));
        }
        if (size.size() == 2 && size.has("height") && size.has("width")) {
            return new Exact(new Size(side("size", size.get("height")), side("size", size.get("width"))));
        }
        if (size.size() == 1 && size.has("shortest_edge")) {
            return new ShortestEdge(side("size", size.get("shortest_edge")));
        }
        throw new ModelException("size is " + size + " in " + source
                + "; known: a number, {height, width} or {shortest_edge}. Write one of these.");
    }

    private Size cropSize() {
        Optional<JsonNode> value = present("crop_size");
        if (value.isEmpty()) {
            return ProcessorDefaults.CROP_SIZE;
        }
        JsonNode size = value.get();
        if (size.isIntegralNumber()) {
            int side = side("crop_size", size);
            return new Size(side, side);
        }
        if (size.has("height") && size.has("width")) {
            return new Size(side("crop_size", size.get("height")), side("crop_size", size.get("width")));
        }
        throw new ModelException(
                "crop_size is " + size + " in " + source + "; known: a number or {height, width}. Write one of these.");
    }

    private int side(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1 || value.asInt() > MAX_SIDE) {
            throw new ModelException(key + " has the side " + value + " in " + source
                    + "; it must be a whole number of pixels from 1 to " + MAX_SIDE + ".");
        }
        return value.asInt();
    }

    private List<Float> channels(String key, List<Float> byDefault) {
        Optional<JsonNode> value = present(key);
        if (value.isEmpty()) {
            return byDefault;
        }
        List<Float> channels = new ArrayList<>();
        if (value.get().isNumber()) {
            float same = (float) value.get().asDouble();
            channels.addAll(List.of(same, same, same));
        } else {
            value.get().forEach(channel -> channels.add((float) channel.asDouble(Double.NaN)));
        }
        if (channels.size() != 3 || channels.stream().anyMatch(channel -> !Float.isFinite(channel))) {
            throw new ModelException(
                    key + " is " + value.get() + " in " + source + "; it must be one number, or three for RGB.");
        }
        if (key.equals("image_std") && channels.contains(0f)) {
            throw new ModelException(key + " is " + value.get() + " in " + source + "; pixels cannot be divided by 0.");
        }
        return List.copyOf(channels);
    }

    private double number(String key, double byDefault) {
        double value = present(key).map(number -> number.asDouble(Double.NaN)).orElse(byDefault);
        if (!Double.isFinite(value)) {
            throw new ModelException(key + " is " + node.get(key) + " in " + source + "; it must be a number.");
        }
        return value;
    }

    private boolean flag(String key, boolean byDefault) {
        return node.has(key) ? node.get(key).asBoolean(false) : byDefault;
    }

    private Optional<JsonNode> present(String key) {
        return Optional.ofNullable(node.get(key)).filter(value -> !value.isNull());
    }
}
