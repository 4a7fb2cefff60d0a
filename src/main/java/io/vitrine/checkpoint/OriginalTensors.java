package io.vitrine.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maps tensors from the names of a model's original code to those of transformers, where checkpoints with the original names
 * are in use: DINOv2's files for torch.hub, and C-RADIO. Query, key and value are rows of one tensor there.
 */
final class OriginalTensors {
    private static final Pattern FUSED = Pattern.compile("((?:model\\.)?blocks\\.\\d+\\.)attn\\.qkv\\.(weight|bias)");
    private static final List<String> QKV = List.of("query", "key", "value");

    private static final List<NameRule> DINOV2 = List.of(
            NameRule.of("^(cls_token|mask_token)$", "embeddings.$1"),
            NameRule.of("^register_tokens$", "embeddings.register_tokens"),
            NameRule.of("^pos_embed$", "embeddings.position_embeddings"),
            NameRule.of("^patch_embed\\.proj\\.", "embeddings.patch_embeddings.projection."),
            NameRule.of("^norm\\.", "layernorm."),
            NameRule.of("^blocks\\.(\\d+)\\.", "encoder.layer.$1."),
            NameRule.of("\\.attn\\.(query|key|value)\\.", ".attention.attention.$1."),
            NameRule.of("\\.attn\\.proj\\.", ".attention.output.dense."),
            NameRule.of("\\.ls([12])\\.gamma$", ".layer_scale$1.lambda1"),
            NameRule.of("\\.mlp\\.w12\\.", ".mlp.weights_in."),
            NameRule.of("\\.mlp\\.w3\\.", ".mlp.weights_out."));

    private static final List<NameRule> RADIO = List.of(
            NameRule.of("^model\\.patch_generator\\.video_embedder\\.", "embeddings.video_patch_projection."),
            NameRule.of("^model\\.patch_generator\\.embedder\\.", "embeddings.patch_projection."),
            NameRule.of("^model\\.patch_generator\\.pos_embed$", "embeddings.position_embedding"),
            NameRule.of("^model\\.patch_generator\\.cls_token\\.token$", "embeddings.cls_register_token"),
            NameRule.of("^model\\.blocks\\.", "encoder.layer."),
            NameRule.of("\\.attn\\.(q)uery\\.", ".attention.$1_proj."),
            NameRule.of("\\.attn\\.(k)ey\\.", ".attention.$1_proj."),
            NameRule.of("\\.attn\\.(v)alue\\.", ".attention.$1_proj."),
            NameRule.of("\\.attn\\.proj\\.", ".attention.o_proj."));

    private OriginalTensors() {}

    /** The tensor under the names of transformers: one, or the parts of a fused one. */
    static Map<String, TensorInfo> transformed(ModelFamily family, String name, TensorInfo tensor) {
        List<NameRule> rules =
                switch (family) {
                    case DINOV2, DINOV2_WITH_REGISTERS -> DINOV2;
                    case RADIO -> RADIO;
                    default -> List.of();
                };
        Map<String, TensorInfo> parts = new LinkedHashMap<>();
        Matcher fused = FUSED.matcher(name);
        boolean threefold = !tensor.shape().isEmpty()
                && tensor.shape().get(0) % QKV.size() == 0; // else the graph reports the shape
        if (rules.isEmpty() || !fused.matches() || !threefold) {
            parts.put(NameRule.apply(rules, name), tensor);
            return parts;
        }
        for (int i = 0; i < QKV.size(); i++) {
            String part = fused.group(1) + "attn." + QKV.get(i) + "." + fused.group(2);
            parts.put(NameRule.apply(rules, part), rows(tensor, i));
        }
        return parts;
    }

    private static TensorInfo rows(TensorInfo tensor, int part) {
        List<Long> shape = new ArrayList<>(tensor.shape());
        shape.set(0, shape.get(0) / QKV.size());
        long length = tensor.length() / QKV.size();
        return new TensorInfo(
                tensor.name(),
                tensor.dtype(),
                List.copyOf(shape),
                tensor.file(),
                tensor.offset() + part * length,
                length);
    }
}
