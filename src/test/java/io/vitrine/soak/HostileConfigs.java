package io.vitrine.soak;

import static io.vitrine.soak.HostileCheckpoint.CONFIG;
import static io.vitrine.soak.HostileCheckpoint.PREPROCESSOR;
import static io.vitrine.soak.HostileCheckpoint.harmless;
import static io.vitrine.soak.HostileCheckpoint.key;
import static io.vitrine.soak.HostileCheckpoint.refused;
import static io.vitrine.soak.HostileCheckpoint.text;

import io.vitrine.soak.HostileCheckpoint.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** JSON files with values, sizes and nesting that no checkpoint has. */
final class HostileConfigs {
    private HostileConfigs() {}

    static List<HostileCheckpoint> all() {
        List<HostileCheckpoint> all = new ArrayList<>();
        all.addAll(configs());
        all.addAll(texts());
        all.addAll(preprocessing());
        return all;
    }

    private static List<HostileCheckpoint> configs() {
        return List.of(
                config("hidden_size 10^9", "hidden_size", "1000000000"),
                config("hidden_size 2^64 + 96", "hidden_size", "18446744073709551712"),
                config("hidden_size as a float", "hidden_size", "1e9"),
                config("hidden_size of 900 digits", "hidden_size", "9".repeat(900)),
                config("hidden_size of 2,000 digits", "hidden_size", "9".repeat(2000)),
                config("hidden_size -96", "hidden_size", "-96"),
                config("hidden_size as text", "hidden_size", "\"96\""),
                config("10^9 layers", "num_hidden_layers", "1000000000"),
                config("999 layers", "num_hidden_layers", "999"),
                config("no heads", "num_attention_heads", "0"),
                config("NaN as epsilon", "layer_norm_eps", "NaN"),
                config("1e400 as epsilon", "layer_norm_eps", "1e400"),
                config("patches of a pixel", "patch_size", "1"),
                config("image_size 10^9", "image_size", "1000000000"),
                config("image_size 1e999999999", "image_size", "1e999999999"),
                config("image_size [2^64 + 64, 64]", "image_size", "[18446744073709551680, 64]"),
                refused("a million patches", folder -> {
                    key(CONFIG, "image_size", "1048576").write(folder);
                    key(CONFIG, "patch_size", "1024").write(folder);
                }),
                config("a model_type with control characters", "model_type", "\"\\u001b[2J\\u0007vit\""),
                config("a model_type of 8 MB", "model_type", '"' + "x".repeat(3 << 20) + '"'),
                harmless("a class of Python's", key(CONFIG, "auto_map", "{\"AutoModel\": \"evil.Model\"}")),
                harmless("labels from 0 to 999999", key(CONFIG, "id2label", "{\"0\": \"x\", \"999999\": \"x\"}")));
    }

    private static List<HostileCheckpoint> texts() {
        return List.of(
                text("null", CONFIG, "null"),
                text("a list", CONFIG, "[]"),
                text("nothing", CONFIG, ""),
                text("control bytes", CONFIG, "\0\1\2"),
                text("two model_types", CONFIG, "{\"model_type\":\"vit\",\"model_type\":\"beit\"}"),
                text("two objects", CONFIG, "{\"model_type\":\"vit\"}{\"model_type\":\"beit\"}"),
                text("objects nested 200,000 deep", CONFIG, "{\"a\":".repeat(200_000) + "1" + "}".repeat(200_000)),
                text("lists nested 4 million deep", CONFIG, "[".repeat(4_000_000)),
                text("5 million lists", CONFIG, "{\"model_type\":\"vit\",\"x\":[" + "[],".repeat(5_000_000) + "[]]}"),
                text("50 MB", CONFIG, "{\"model_type\":\"vit\",\"x\":[" + "[],".repeat(16_000_000) + "[]]}"),
                text("a text of 10 MB", CONFIG, "{\"model_type\":\"vit\",\"x\":\"" + "x".repeat(10_000_000) + "\"}"),
                refused("UTF-8 that is not", bytes(new byte[] {'{', '"', (byte) 0xff, (byte) 0xc0, '"', ':', '1', '}'
                })),
                refused("a lone surrogate in UTF-32", bytes(new byte[] {0, 0, 0, '{', 0, 0, (byte) 0xd8, 0})),
                refused("UTF-16", bytes("{\"model_type\":\"vit\"".getBytes(StandardCharsets.UTF_16))));
    }

    private static List<HostileCheckpoint> preprocessing() {
        return List.of(
                preprocessor("images of a million pixels a side", "size", "1000000"),
                preprocessor("a size of 2^64 + 64", "size", "18446744073709551680"),
                preprocessor("60,000 pixels a side", "size", "{\"height\":60000,\"width\":60000}"),
                refused("a crop of 10^9", folder -> {
                    key(PREPROCESSOR, "do_center_crop", "true").write(folder);
                    key(PREPROCESSOR, "crop_size", "1000000000").write(folder);
                }),
                preprocessor("two means", "image_mean", "[0.5, 0.5]"),
                preprocessor("a text as mean", "image_mean", "\"x\""),
                preprocessor("a deviation of 0", "image_std", "[0, 1, 1]"),
                preprocessor("a deviation of 1e-45", "image_std", "[1e-45, 1, 1]"),
                preprocessor("a factor of 1e308", "rescale_factor", "1e308"),
                preprocessor("a size of -1", "size", "-1"),
                preprocessor("a processor with a path", "image_processor_type", "\"../../evil\""),
                text("preprocessing of 5 million lists", PREPROCESSOR, "{\"x\":[" + "[],".repeat(5_000_000) + "[]]}"));
    }

    private static HostileCheckpoint config(String name, String key, String json) {
        return refused(name, key(CONFIG, key, json));
    }

    private static HostileCheckpoint preprocessor(String name, String key, String json) {
        return refused(name, key(PREPROCESSOR, key, json));
    }

    private static Writer bytes(byte[] content) {
        return folder -> Files.write(folder.resolve(CONFIG), content);
    }
}
