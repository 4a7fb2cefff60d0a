package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints that cannot be used are refused by their small files, before weights are fetched, wherever they are. */
final class UnsupportedCheckpointsTest {
    private static final HubCheckpointId ID =
            HubCheckpointId.parse("acme/other").orElseThrow();

    @TempDir
    private Path home;

    private FakeHub server;

    /** Where a checkpoint can be. */
    enum Place {
        HUB,
        SHARED,
        LOCAL
    }

    @BeforeEach
    void start() throws IOException {
        server = new FakeHub();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void fetch(Place place, Path folder) throws IOException {
        Path cache = home.resolve("cache");
        switch (place) {
            case HUB -> {
                server.serve("acme/other", folder);
                new Hub(HubSettings.of(Map.of("HF_ENDPOINT", server.endpoint(), "HF_HOME", cache.toString())))
                        .fetch(ID);
            }
            case SHARED -> {
                Configuration configuration = new Configuration();
                configuration.set("fs.remote.impl", RemoteFileSystem.class.getName());
                CheckpointFetcher.fetch("remote://" + folder, cache, configuration);
            }
            case LOCAL -> CheckpointFetcher.fetch(folder.toString(), cache, new Configuration());
        }
    }

    private Path small(String modelType, Map<String, Object> fields) throws IOException {
        Map<String, Object> all = new HashMap<>(fields);
        all.put("model_type", modelType);
        return SmallCheckpoint.of("vit", all).write(home.resolve("checkpoint"));
    }

    /** No weights reached this host. */
    private void assertNothingLargeWasFetched(Place place) throws IOException {
        assertThat(server.requests).noneMatch(request -> request.startsWith("STORE"));
        if (place != Place.LOCAL && Files.exists(home.resolve("cache"))) {
            try (Stream<Path> files = Files.walk(home.resolve("cache"))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .noneMatch(name -> name.endsWith(".safetensors") || name.endsWith(".bin"));
            }
        }
    }

    static Stream<Object[]> placesAndModels() {
        Object[][] models = {
            {"swinv2", "model_type is 'swinv2' in ", "Take facebook/dinov2-base, for example."},
            {"bert", "model_type is 'bert' in ", "'bert' reads texts, not images. Take "},
            {"something", "supported: vit, ", "take a supported checkpoint, such as facebook/dinov2-base."},
        };
        return Stream.of(Place.values())
                .flatMap(place -> Stream.of(models).map(m -> new Object[] {place, m[0], m[1], m[2]}));
    }

    @ParameterizedTest
    @MethodSource("placesAndModels")
    void anotherModelIsRefusedByItsConfig(Place place, String modelType, String begins, String nearest)
            throws IOException {
        Path folder = small(modelType, Map.of());
        assertThatThrownBy(() -> fetch(place, folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(begins)
                .hasMessageContaining(nearest);
        assertNothingLargeWasFetched(place);
    }

    @ParameterizedTest
    @MethodSource("places")
    void anotherImageProcessorIsRefusedByItsFile(Place place) throws IOException {
        Path folder = small("vit", Map.of());
        Files.writeString(
                folder.resolve("preprocessor_config.json"), "{\"image_processor_type\": \"GlassesProcessor\"}");
        assertThatThrownBy(() -> fetch(place, folder)).hasMessageContaining("GlassesProcessor");
        assertNothingLargeWasFetched(place);
    }

    static Stream<Place> places() {
        return Stream.of(Place.values());
    }

    @ParameterizedTest
    @MethodSource("places")
    void errorsNameThePlaceThatTheUserKnows(Place place) throws IOException {
        Path folder = small("bert", Map.of());
        String shown =
                switch (place) {
                    case HUB -> "models--acme--other/snapshots/";
                    case SHARED -> "remote:" + folder + "/config.json";
                    case LOCAL -> folder + "/config.json";
                };
        assertThatThrownBy(() -> fetch(place, folder)).hasMessageContaining(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"quant_method\": \"bitsandbytes\", \"load_in_4bit\": true} | by bitsandbytes, 4 bits",
                "{\"load_in_8bit\": true} | by bitsandbytes, 8 bits",
                "{\"quant_method\": \"gptq\", \"bits\": 4} | by GPTQ, 4 bits",
                "{\"quant_method\": \"awq\", \"bits\": 4} | by AWQ, 4 bits",
                "{\"quant_method\": \"fp8\"} | to 8-bit floats (fp8)",
                "{\"quant_method\": \"compressed-tensors\"} | by compressed-tensors",
                "{\"quant_method\": \"torchao\"} | by torchao",
                "{} | by a method that it does not name"
            })
    void quantizedWeightsAreRefusedByTheirConfig(String quantization, String method) throws IOException {
        Path folder = small("vit", Map.of("_name_or_path", "acme/vit-large"));
        String config = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.substring(0, config.lastIndexOf('}')) + ", \"quantization_config\": " + quantization + "}");
        assertThatThrownBy(() -> fetch(Place.HUB, folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("The checkpoint's weights are quantized " + method)
                .hasMessageContaining(
                        "by its _name_or_path perhaps acme/vit-large. To compute in 8 bits, add --precision int8.");
        assertNothingLargeWasFetched(Place.HUB);
    }

    @ParameterizedTest
    @CsvSource({
        "adapter_config.json, is a PEFT adapter",
        "vit-q4_k_m.gguf, is in GGUF",
        "open_clip_model.safetensors, is in the form of OpenCLIP",
        "tf_model.h5, is in the form of TensorFlow",
        "model.onnx, is an exported ONNX graph",
        "model.fp16.safetensors, is a variant of the weights",
        "weights.npz, 'It holds config.json, preprocessor_config.json, weights.npz.'"
    })
    void otherFormsOfWeightsAreNamed(String file, String sentence) throws IOException {
        for (Place place : Place.values()) {
            Path folder = SmallCheckpoint.of("vit", Map.of()).writeConfig(home.resolve("checkpoint-" + place));
            Files.writeString(folder.resolve(file), "{}");
            assertThatThrownBy(() -> fetch(place, folder))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(sentence);
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void anAdapterAloneHasNoConfig(Place place) throws IOException {
        Path folder = Files.createDirectories(home.resolve("adapter"));
        Files.writeString(folder.resolve("adapter_config.json"), "{}");
        Files.writeString(folder.resolve("adapter_model.safetensors"), "");
        assertThatThrownBy(() -> fetch(place, folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("adapter_config.json is a PEFT adapter, which changes another model.")
                .hasMessageContaining("call merge_and_unload()");
    }

    @Test
    void theOldFormOfPyTorchIsRefusedByItsFirstBytes() throws IOException {
        Path folder = SmallCheckpoint.of("vit", Map.of()).writeConfig(home.resolve("checkpoint"));
        byte[] old = new byte[1_000_000];
        old[0] = (byte) 0x80;
        old[1] = 2;
        old[2] = (byte) 0x8a;
        old[3] = 10;
        Files.write(folder.resolve("pytorch_model.bin"), old);
        for (Place place : Place.values()) {
            assertThatThrownBy(() -> fetch(place, folder))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("pytorch_model.bin is in the form of PyTorch before version 1.6");
        }
        try (Stream<Path> files = Files.walk(home.resolve("cache/hub"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .noneMatch(file -> file.toFile().length() > 500_000);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "base_model.model., 'begins with ''base_model.'', the name of PEFT''s wrapper: call merge_and_unload()'",
        "student., 'begins with ''student.'', which is no part of this model: save the unwrapped model'"
    })
    void anotherPrefixIsNamedInsteadOfMissingTensors(String prefix, String sentence) throws IOException {
        Path folder = SmallCheckpoint.of("vit", Map.of()).write(home.resolve("wrapped"), name -> prefix + name);
        ModelPlan plan = ModelPlan.of(folder, Optional.empty());
        assertThatThrownBy(() -> plan.onnxModel(List.of("last_hidden_state")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("do not fit its config.json: every tensor " + sentence)
                .hasMessageNotContaining("is missing");
    }

    @Test
    void aPrefixThatOneTensorLacksIsKept() throws IOException {
        Path folder = SmallCheckpoint.of("vit", Map.of())
                .write(home.resolve("wrapped"), name -> name.startsWith("layernorm") ? name : "module." + name);
        assertThat(Checkpoint.open(folder).weights().has("module.embeddings.cls_token"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"module.", "_orig_mod.", "model.", "_orig_mod.module.", "module.vit."})
    void thePrefixOfAWrapperIsDropped(String prefix) throws IOException {
        Path folder = SmallCheckpoint.of("vit", Map.of()).write(home.resolve("wrapped"), name -> prefix + name);
        assertThat(Checkpoint.open(folder).weights().has("encoder.layer.0.attention.attention.query.weight"))
                .isTrue();
    }
}
