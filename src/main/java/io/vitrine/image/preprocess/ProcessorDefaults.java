package io.vitrine.image.preprocess;

import io.vitrine.Size;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
import io.vitrine.image.resample.ResampleFilter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What each image processor of transformers does about keys that a preprocessor_config.json lacks. */
record ProcessorDefaults(
        ImageProcessor processor,
        ResizeTarget resizeTarget,
        ResampleFilter filter,
        List<Double> mean,
        List<Double> std,
        Set<Trait> traits) {
    static final double RESCALE_FACTOR = 1.0 / 255;
    static final Size SIZE_224 = new Size(224, 224);
    static final List<Double> IMAGENET_MEAN = List.of(.485, .456, .406);
    static final List<Double> IMAGENET_STD = List.of(.229, .224, .225);

    private static final List<Double> HALF = List.of(.5, .5, .5);
    private static final List<Double> CLIP_MEAN = List.of(.48145466, .4578275, .40821073);
    private static final List<Double> CLIP_STD = List.of(.26862954, .26130258, .27577711);

    private enum Trait {
        /** Crops if {@code do_center_crop} is absent. */
        CROPS,
        /** Has a default {@code crop_size}. */
        HAS_CROP_SIZE,
        /** An integer {@code size} is the side of a square, not the shortest edge. */
        SQUARE,
        /** Heeds {@code do_pad}. */
        PADS
    }

    static ProcessorDefaults of(ImageProcessor processor) {
        return switch (processor) {
            case VIT -> of(processor, square(224), ResampleFilter.BILINEAR, HALF, HALF, Trait.SQUARE, Trait.PADS);
            case DEIT ->
                of(
                        processor,
                        square(256),
                        ResampleFilter.BICUBIC,
                        HALF,
                        HALF,
                        Trait.CROPS,
                        Trait.HAS_CROP_SIZE,
                        Trait.SQUARE,
                        Trait.PADS);
            case BEIT ->
                of(processor, square(224), ResampleFilter.BICUBIC, HALF, HALF, Trait.HAS_CROP_SIZE, Trait.SQUARE);
            case BIT, CLIP ->
                of(
                        processor,
                        new ShortestEdge(224),
                        ResampleFilter.BICUBIC,
                        CLIP_MEAN,
                        CLIP_STD,
                        Trait.CROPS,
                        Trait.HAS_CROP_SIZE,
                        Trait.PADS);
            case SIGLIP -> of(processor, square(224), ResampleFilter.BICUBIC, HALF, HALF, Trait.PADS);
            case CONVNEXT -> of(processor, new ShortestEdge(384), ResampleFilter.BICUBIC, HALF, HALF);
            case DINOV3_VIT ->
                of(processor, square(224), ResampleFilter.BILINEAR, IMAGENET_MEAN, IMAGENET_STD, Trait.SQUARE);
            case TIMM -> throw new IllegalArgumentException("timm has no preprocessor_config.json");
        };
    }

    private static ProcessorDefaults of(
            ImageProcessor processor,
            ResizeTarget target,
            ResampleFilter filter,
            List<Double> mean,
            List<Double> std,
            Trait... traits) {
        Set<Trait> set = EnumSet.noneOf(Trait.class);
        set.addAll(List.of(traits));
        return new ProcessorDefaults(processor, target, filter, mean, std, Set.copyOf(set));
    }

    private static Exact square(int side) {
        return new Exact(new Size(side, side));
    }

    boolean crops() {
        return traits.contains(Trait.CROPS);
    }

    Optional<Size> cropSize() {
        return traits.contains(Trait.HAS_CROP_SIZE) ? Optional.of(SIZE_224) : Optional.empty();
    }

    boolean defaultsToSquare() {
        return traits.contains(Trait.SQUARE);
    }

    boolean pads() {
        return traits.contains(Trait.PADS);
    }
}
