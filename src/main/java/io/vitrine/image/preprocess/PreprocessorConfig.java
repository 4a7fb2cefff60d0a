package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.image.preprocess.Preprocessing.Exact;
import io.vitrine.image.preprocess.Preprocessing.ShortestEdge;
import io.vitrine.image.preprocess.Preprocessing.Target;
import io.vitrine.image.resample.ResampleFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads preprocessor_config.json: the old "feature extractor" files with integer sizes and no rescale keys, and the new
 * ones with sizes by name. Absent keys take the processor's defaults; null counts as false for a {@code do_} key and as
 * absent for the others.
 */
final class PreprocessorConfig {
    private static final int MAX_SIDE = 1 << 16;

    /** Defaults of one processor; a null crop is off. */
    private record Defaults(
            String name,
            Target size,
            ResampleFilter filter,
            boolean crop,
            List<Float> mean,
            List<Float> std,
            boolean square) {}

    private static final List<Float> HALF = List.of(.5f, .5f, .5f);
    private static final List<Float> CLIP_MEAN = List.of(.48145466f, .4578275f, .40821073f);
    private static final List<Float> CLIP_STD = List.of(.26862954f, .26130258f, .27577711f);
    private static final List<Float> IMAGENET_MEAN = List.of(.485f, .456f, .406f);
    private static final List<Float> IMAGENET_STD = List.of(.229f, .224f, .225f);
    private static final Size CROP = new Size(224, 224);

    private final JsonNode node;
    private final Object source;
    private final Defaults defaults;

    private PreprocessorConfig(JsonNode node, Object source, Defaults defaults) {
        this.node = node;
        this.source = source;
        this.defaults = defaults;
    }

    static Preprocessing read(JsonNode node, String modelType, Object source) {
        return new PreprocessorConfig(node, source, defaults(processor(node, modelType, source), source)).read();
    }

    private Preprocessing read() {
        boolean resize = flag("do_resize", true);
        boolean crop = flag("do_center_crop", defaults.crop);
        boolean normalize = flag("do_normalize", true);
        ResampleFilter filter = present("resample")
                .map(code -> ResampleFilter.of(code.asInt(-1), source))
                .orElse(defaults.filter);
        boolean floats = defaults.name.equals(Preprocessing.DINOV3);
        if (floats && (crop || filter != ResampleFilter.BILINEAR && filter != ResampleFilter.BICUBIC)) {
            throw new ModelException(source + " asks " + defaults.name + " for a "
                    + (crop ? "centre crop" : "resize with " + filter)
                    + ", which is not supported: it resizes floats, bilinear or bicubic, and does not crop.");
        }
        return new Preprocessing(
                defaults.name,
                resize ? size() : null,
                filter,
                crop ? crop() : null,
                flag("do_rescale", true) ? number("rescale_factor", 1.0 / 255) : 1,
                normalize ? channels("image_mean", defaults.mean) : List.of(0f, 0f, 0f),
                normalize ? channels("image_std", defaults.std) : List.of(1f, 1f, 1f));
    }

    static Map<String, Object> write(Preprocessing p) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("image_processor_type", p.processor());
        config.put("do_resize", p.target() != null);
        if (p.target() != null) {
            config.put(
                    "size",
                    p.target() instanceof Exact exact
                            ? Map.of(
                                    "height",
                                    exact.size().height(),
                                    "width",
                                    exact.size().width())
                            : Map.of("shortest_edge", ((ShortestEdge) p.target()).length()));
            config.put("resample", p.filter().code());
        }
        config.put("do_center_crop", p.crop() != null);
        if (p.crop() != null) {
            config.put(
                    "crop_size",
                    Map.of("height", p.crop().height(), "width", p.crop().width()));
        }
        config.put("do_rescale", p.factor() != 1);
        if (p.factor() != 1) {
            config.put("rescale_factor", p.factor());
        }
        config.put("do_normalize", true);
        config.put("image_mean", p.mean());
        config.put("image_std", p.std());
        return config;
    }

    private static String processor(JsonNode node, String modelType, Object source) {
        String named = node.path("image_processor_type")
                .asText(node.path("feature_extractor_type").asText(""));
        if (!named.isEmpty()) {
            return named.replaceAll("(Fast|Pil)$", "").replaceAll("FeatureExtractor$", "ImageProcessor");
        }
        return switch (modelType) {
            case "vit", "vit_msn", "vit_mae", "ijepa" -> "ViTImageProcessor";
            case "deit" -> "DeiTImageProcessor";
            case "beit", "data2vec-vision" -> "BeitImageProcessor";
            case "dinov2" -> "BitImageProcessor";
            case "dinov3_vit" -> Preprocessing.DINOV3;
            default ->
                throw new ModelException("No image_processor_type in " + source + ", and model_type '" + modelType
                        + "' implies none. Add one, such as \"image_processor_type\": \"BitImageProcessor\".");
        };
    }

    private static Defaults defaults(String processor, Object source) {
        return switch (processor) {
            case "ViTImageProcessor" ->
                new Defaults(processor, new Exact(CROP), ResampleFilter.BILINEAR, false, HALF, HALF, true);
            case "DeiTImageProcessor" ->
                new Defaults(processor, new Exact(new Size(256, 256)), ResampleFilter.BICUBIC, true, HALF, HALF, true);
            case "BeitImageProcessor" ->
                new Defaults(processor, new Exact(CROP), ResampleFilter.BICUBIC, false, HALF, HALF, true);
            case "BitImageProcessor", "CLIPImageProcessor" ->
                new Defaults(
                        processor, new ShortestEdge(224), ResampleFilter.BICUBIC, true, CLIP_MEAN, CLIP_STD, false);
            case Preprocessing.DINOV3 ->
                new Defaults(
                        processor, new Exact(CROP), ResampleFilter.BILINEAR, false, IMAGENET_MEAN, IMAGENET_STD, true);
            default ->
                throw new ModelException(
                        "Unknown image processor '" + processor + "' in " + source
                                + ". Known: ViTImageProcessor, DeiTImageProcessor, BeitImageProcessor, BitImageProcessor,"
                                + " CLIPImageProcessor, DINOv3ViTImageProcessor (or ...FeatureExtractor, ...ImageProcessorFast).");
        };
    }

    private Target size() {
        Optional<JsonNode> value = present("size");
        if (value.isEmpty()) {
            return defaults.size;
        }
        JsonNode size = value.get();
        if (size.isIntegralNumber()) {
            int side = side("size", size);
            return defaults.square ? new Exact(new Size(side, side)) : new ShortestEdge(side);
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

    private Size crop() {
        Optional<JsonNode> value = present("crop_size");
        if (value.isEmpty()) {
            return CROP;
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
        if (!value.isIntegralNumber() || value.asLong() < 1 || value.asLong() > MAX_SIDE) {
            throw new ModelException(key + " has the side " + value + " in " + source
                    + "; it must be a whole number of pixels from 1 to " + MAX_SIDE + ".");
        }
        return value.asInt();
    }

    private List<Float> channels(String key, List<Float> otherwise) {
        Optional<JsonNode> value = present(key);
        if (value.isEmpty()) {
            return otherwise;
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

    private double number(String key, double otherwise) {
        double value = present(key).map(number -> number.asDouble(Double.NaN)).orElse(otherwise);
        if (!Double.isFinite(value)) {
            throw new ModelException(key + " is " + node.get(key) + " in " + source + "; it must be a number.");
        }
        return value;
    }

    private boolean flag(String key, boolean otherwise) {
        return node.has(key) ? node.get(key).asBoolean(false) : otherwise;
    }

    private Optional<JsonNode> present(String key) {
        return Optional.ofNullable(node.get(key)).filter(value -> !value.isNull());
    }
}
