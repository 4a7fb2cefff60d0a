package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.image.preprocess.ResizeTarget.BoundedEdges;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
import io.vitrine.image.preprocess.ResizeTarget.WithinBox;
import io.vitrine.image.resample.ResampleFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads preprocessor_config.json, of all generations: "feature extractor" files with integer sizes and without rescale keys, those
 * with named sizes, and those of transformers 5. A missing key takes the processor's default.
 */
final class PreprocessorConfig {
    private final ConfigValues values;
    private final ProcessorDefaults defaults;

    private PreprocessorConfig(ConfigValues values, ProcessorDefaults defaults) {
        this.values = values;
        this.defaults = defaults;
    }

    static Preprocessing read(JsonNode node, String modelType, Object source) {
        ImageProcessor processor = ProcessorName.read(node, modelType, source);
        KnownFields.require(node, processor, source);
        return new PreprocessorConfig(new ConfigValues(node, source), ProcessorDefaults.of(processor)).read();
    }

    private Preprocessing read() {
        Preprocessing.Builder steps =
                Preprocessing.builder(defaults.processor()).filter(filter());
        if (values.flag("do_resize", true)) {
            resize(steps);
        }
        if (values.flag("do_center_crop", defaults.crops())) {
            steps.centerCrop(cropSize());
        }
        if (values.flag("do_rescale", true)) {
            steps.rescaleFactor(values.number("rescale_factor", ProcessorDefaults.RESCALE_FACTOR));
        } else if (defaults.processor() == ImageProcessor.DINOV3_VIT) {
            throw values.wrong("do_rescale", false, "true: " + defaults.processor() + " resizes rescaled pixels");
        }
        if (values.flag("do_normalize", true)) {
            steps.normalize(
                    floats(values.channels("image_mean", defaults.mean())),
                    floats(values.divisors("image_std", defaults.std())));
        }
        if (values.flag("do_pad", false)) {
            pad(steps);
        }
        Preprocessing built = steps.build();
        PixelRange.require(built, values.source());
        return built;
    }

    private void resize(Preprocessing.Builder steps) {
        if (defaults.processor() != ImageProcessor.CONVNEXT) {
            steps.resizeTo(resizeTarget());
            return;
        }
        int edge = shortestEdge();
        SizeRule.ConvNext rule = new SizeRule.ConvNext(values.divisor("crop_pct", 224.0 / 256));
        if (rule.crops(edge)) {
            values.computedSide("crop_pct", rule.resizedEdge(edge));
        }
        steps.size(new Size(edge, edge), rule);
    }

    static List<Float> floats(List<Double> channels) {
        return channels.stream().map(Double::floatValue).toList();
    }

    private ResampleFilter filter() {
        Optional<JsonNode> value = values.present("resample");
        int code = value.map(number -> number.isIntegralNumber() ? number.asInt(-1) : -1)
                .orElse(defaults.filter().code());
        ResampleFilter filter = ResampleFilter.ofCode(code)
                .orElseThrow(() -> new ModelException("resample is " + value.get() + " in " + values.source()
                        + "; known: "
                        + Arrays.stream(ResampleFilter.values())
                                .map(known -> known.code() + " " + known.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + "."));
        boolean inFloats = defaults.processor() == ImageProcessor.DINOV3_VIT;
        if (inFloats && filter != ResampleFilter.BILINEAR && filter != ResampleFilter.BICUBIC) {
            throw new ModelException(values.source() + " asks " + defaults.processor() + " for a resize with " + filter
                    + ", which is not supported. This processor can resize bilinear (2) or bicubic (3).");
        }
        return filter;
    }

    private ResizeTarget resizeTarget() {
        if (defaults.processor() == ImageProcessor.CLIP && values.flag("use_square_size", false)) {
            return new Exact(ProcessorDefaults.SIZE_224); // whatever size says
        }
        Optional<JsonNode> value = values.present("size");
        if (value.isEmpty()) {
            return defaults.resizeTarget();
        }
        JsonNode size = value.get();
        if (size.isIntegralNumber() && !values.flag("default_to_square", defaults.defaultsToSquare())) {
            return new ShortestEdge(values.side("size", size));
        }
        if (ConfigValues.hasExactly(size, "shortest_edge")) {
            return new ShortestEdge(values.side("size", size.get("shortest_edge")));
        }
        if (ConfigValues.hasExactly(size, "shortest_edge", "longest_edge")) {
            return new BoundedEdges(
                    values.side("size", size.get("shortest_edge")), values.side("size", size.get("longest_edge")));
        }
        if (ConfigValues.hasExactly(size, "max_height", "max_width")) {
            return new WithinBox(
                    new Size(values.side("size", size.get("max_height")), values.side("size", size.get("max_width"))));
        }
        return new Exact(values.size("size", size)
                .orElseThrow(() -> new ModelException("size is " + size + " in " + values.source()
                        + "; known: a number, {height, width}, {shortest_edge}, {shortest_edge, longest_edge} or"
                        + " {max_height, max_width}. Write one of these.")));
    }

    /** The size of ConvNext, which has one form. */
    private int shortestEdge() {
        if (resizeTarget() instanceof ShortestEdge edge) {
            return edge.length();
        }
        throw values.wrong("size", values.present("size").get(), "{shortest_edge} for " + defaults.processor());
    }

    private Size cropSize() {
        if (defaults.processor() == ImageProcessor.CONVNEXT) {
            throw values.wrong(
                    "do_center_crop", true, "false: " + defaults.processor() + " crops by crop_pct, and only once");
        }
        Optional<JsonNode> value = values.present("crop_size");
        if (value.isEmpty()) {
            return defaults.cropSize()
                    .orElseThrow(() -> new ModelException(values.source()
                            + " asks for a centre crop, and says no size. Add one, such as \"crop_size\":"
                            + " {\"height\": 224, \"width\": 224}."));
        }
        return sizeOf("crop_size", value.get());
    }

    private void pad(Preprocessing.Builder steps) {
        if (!defaults.pads()) {
            throw values.wrong("do_pad", true, "false: " + defaults.processor() + " does not pad");
        }
        Preprocessing unpadded = steps.build();
        Optional<JsonNode> value = values.present("pad_size");
        if (value.isEmpty()) {
            if (unpadded.outputSize().isPresent()) {
                return; // to the largest image of a batch, whose images have one size
            }
            throw values.wrong(
                    "pad_size",
                    null,
                    "{height, width} where do_pad is true: features must not depend on"
                            + " the other images of a batch");
        }
        Size padSize = sizeOf("pad_size", value.get());
        Optional<Size> largest = unpadded.crop().map(CenterCrop::size).or(() -> unpadded.resizeTarget()
                .flatMap(ResizeTarget::limit));
        if (largest.isEmpty()
                || largest.get().height() > padSize.height()
                || largest.get().width() > padSize.width()) {
            throw values.wrong(
                    "pad_size",
                    value.get(),
                    "at least as large as every image, which can be "
                            + largest.map(Size::toString).orElse("of any length")
                            + " before padding");
        }
        steps.padTo(padSize);
    }

    private Size sizeOf(String key, JsonNode value) {
        return values.size(key, value)
                .orElseThrow(() -> new ModelException(key + " is " + value + " in " + values.source()
                        + "; known: a number or {height, width}. Write one of these."));
    }
}
