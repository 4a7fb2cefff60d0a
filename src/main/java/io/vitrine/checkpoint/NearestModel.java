package io.vitrine.checkpoint;

import java.util.List;
import java.util.Locale;

/** What to use instead of a model that is not supported. */
final class NearestModel {
    /** What an unsupported model is, and the checkpoints that come closest; the first of a supported family is named. */
    private enum Kind {
        TEXT(
                List.of(
                        "bert", "roberta", "gpt", "llama", "mistral", "qwen2", "qwen3", "t5", "gemma", "phi", "opt",
                        "bloom"),
                "reads texts, not images",
                Nearest.SIGLIP,
                Nearest.DINOV2),
        SIGLIP_INSIDE(
                List.of("paligemma", "idefics2", "idefics3", "smolvlm", "gemma3", "llava_onevision", "janus"),
                "is built around SigLIP, whose own checkpoints are read",
                Nearest.SIGLIP,
                Nearest.DINOV2),
        CLIP_INSIDE(
                List.of(
                        "llava",
                        "clipseg",
                        "align",
                        "altclip",
                        "chinese_clip",
                        "blip",
                        "xclip",
                        "groupvit",
                        "owlvit",
                        "owlv2"),
                "is made of an image and a text model, of which CLIP is the nearest that is read",
                Nearest.CLIP,
                Nearest.DINOV2),
        STAGES(
                List.of(
                        "swin",
                        "convnext",
                        "resnet",
                        "regnet",
                        "efficientnet",
                        "mobilenet",
                        "mobilevit",
                        "pvt",
                        "levit",
                        "cvt",
                        "poolformer",
                        "focalnet",
                        "hiera",
                        "dinat",
                        "van",
                        "bit",
                        "timesformer",
                        "videomae",
                        "vivit"),
                "is no plain Vision Transformer of single images",
                Nearest.DINOV2),
        TASK(
                List.of(
                        "detr",
                        "yolos",
                        "sam",
                        "mask2former",
                        "maskformer",
                        "oneformer",
                        "segformer",
                        "dpt",
                        "depth_anything",
                        "vitpose",
                        "vitdet",
                        "vit_hybrid",
                        "rt_detr",
                        "grounding-dino",
                        "vitmatte"),
                "is made for one task on top of an encoder",
                Nearest.DINOV2);

        @SuppressWarnings("ImmutableEnumChecker") // List.of
        private final List<String> types;

        private final String description;

        @SuppressWarnings("ImmutableEnumChecker") // List.of
        private final List<Nearest> nearest;

        Kind(List<String> types, String description, Nearest... nearest) {
            this.types = types;
            this.description = description;
            this.nearest = List.of(nearest);
        }
    }

    private enum Nearest {
        DINOV2("dinov2", "facebook/dinov2-base"),
        CLIP("clip", "openai/clip-vit-base-patch16"),
        SIGLIP("siglip", "google/siglip-base-patch16-224");

        private final String modelType;
        private final String checkpoint;

        Nearest(String modelType, String checkpoint) {
            this.modelType = modelType;
            this.checkpoint = checkpoint;
        }
    }

    private NearestModel() {}

    /** A sentence that names a checkpoint, for an unsupported {@code model_type}. */
    static String sentence(String modelType, List<String> supported) {
        String type = modelType.toLowerCase(Locale.ROOT);
        if (type.isEmpty()) {
            return "A config.json of transformers has a model_type; take the checkpoint in that form, such as "
                    + Nearest.DINOV2.checkpoint + ".";
        }
        Kind best = null;
        int length = 0;
        for (Kind kind : Kind.values()) {
            for (String known : kind.types) {
                if (type.startsWith(known) && known.length() > length) {
                    best = kind;
                    length = known.length();
                }
            }
        }
        if (best == null) {
            return "For features of images take a supported checkpoint, such as " + Nearest.DINOV2.checkpoint + ".";
        }
        for (Nearest nearest : best.nearest) {
            if (supported.contains(nearest.modelType)) {
                return "'" + modelType + "' " + best.description + ". Take " + nearest.checkpoint + ", for example.";
            }
        }
        throw new IllegalStateException("dinov2 is always supported");
    }
}
