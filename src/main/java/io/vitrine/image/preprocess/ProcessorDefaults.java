package io.vitrine.image.preprocess;

import io.vitrine.Size;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
import io.vitrine.image.resample.ResampleFilter;
import java.util.List;

/** The steps of each image processor for keys that a preprocessor_config.json lacks. */
@SuppressWarnings("FloatingPointLiteralPrecision") // digits as in Hugging Face Transformers
final class ProcessorDefaults {
    static final double RESCALE_FACTOR = 1.0 / 255;
    static final Size CROP_SIZE = new Size(224, 224);

    private static final Exact SQUARE_224 = new Exact(new Size(224, 224));
    private static final Exact SQUARE_256 = new Exact(new Size(256, 256));
    private static final List<Float> HALF = List.of(.5f, .5f, .5f);
    private static final List<Float> CLIP_MEAN = List.of(.48145466f, .4578275f, .40821073f);
    private static final List<Float> CLIP_STD = List.of(.26862954f, .26130258f, .27577711f);
    private static final List<Float> IMAGENET_MEAN = List.of(.485f, .456f, .406f);
    private static final List<Float> IMAGENET_STD = List.of(.229f, .224f, .225f);

    private ProcessorDefaults() {}

    static Preprocessing of(ImageProcessor processor) {
        Preprocessing.Builder steps = Preprocessing.builder(processor).rescaleFactor(RESCALE_FACTOR);
        switch (processor) {
            case VIT ->
                steps.resizeTo(SQUARE_224).filter(ResampleFilter.BILINEAR).normalize(HALF, HALF);
            case DEIT ->
                steps.resizeTo(SQUARE_256)
                        .filter(ResampleFilter.BICUBIC)
                        .centerCrop(CROP_SIZE)
                        .normalize(HALF, HALF);
            case BEIT ->
                steps.resizeTo(SQUARE_224).filter(ResampleFilter.BICUBIC).normalize(HALF, HALF);
            case BIT, CLIP ->
                steps.resizeTo(new ShortestEdge(224))
                        .filter(ResampleFilter.BICUBIC)
                        .centerCrop(CROP_SIZE)
                        .normalize(CLIP_MEAN, CLIP_STD);
            case DINOV3_VIT ->
                steps.resizeTo(SQUARE_224).filter(ResampleFilter.BILINEAR).normalize(IMAGENET_MEAN, IMAGENET_STD);
        }
        return steps.build();
    }
}
