package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.Features;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same description printed as TorchScript and run by PyTorch, against ONNX Runtime. */
final class TorchScriptTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/oracle/checkpoints");

    @TempDir
    private Path folder;

    @BeforeAll
    static void pyTorchIsHere() {
        assumeTrue(
                System.getProperty("os.arch").equals("amd64"),
                "PyTorch's natives are on the class path for x86-64 only");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
    }

    static Stream<Path> checkpoints() throws IOException {
        try (Stream<Path> folders = Files.list(CHECKPOINTS)) {
            return folders.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyOutputOfTheOraclesCheckpointsAgrees(Path checkpoint) throws Exception {
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        assertAgree(plan, List.copyOf(Outputs.available(plan.checkpoint())), HeadMask.NONE, PixelInput.UINT8);
        assertAgree(plan, List.copyOf(Outputs.brief(plan.checkpoint())), HeadMask.NONE, PixelInput.PIXEL_VALUES);
    }

    @Test
    void rotaryPositionsHeadMasksAndOddSizesAgree() throws Exception {
        SmallCheckpoint dino =
                SmallCheckpoint.of("dinov3_vit", Map.of("num_register_tokens", 2, "use_gated_mlp", true));
        ModelPlan plan = ModelPlan.of(dino.write(folder.resolve("dino")), Optional.of(new io.vitrine.Size(27, 37)));
        assertAgree(plan, List.of("last_hidden_state", "pooler_output"), HeadMask.NONE, PixelInput.FLOAT32);
        SmallCheckpoint beit = SmallCheckpoint.of("beit", Map.of());
        HeadMask mask = new HeadMask(List.of(List.of(0.5f, 1f), List.of(1f, 0f)));
        ModelPlan wide = ModelPlan.of(beit.write(folder.resolve("beit")), Optional.of(new io.vitrine.Size(16, 32)));
        assertAgree(wide, List.of("last_hidden_state", "mean", "attentions.1"), mask, PixelInput.UINT8);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void everyActivationAgrees(Activation activation) throws Exception {
        String name = activation.name().toLowerCase(java.util.Locale.ROOT).replace("gelu_tanh", "gelu_new");
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of("hidden_act", name, "pooler_act", name));
        ModelPlan plan = ModelPlan.of(small.write(folder.resolve(name)), Optional.empty());
        assertThat(plan.checkpoint().config().hiddenAct()).isEqualTo(activation);
        assertAgree(plan, List.of("pooler_output"), HeadMask.NONE, PixelInput.UINT8);
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"fp32", "bf16"})
    void whatIsPackedForTheCpuGivesTheSame(Precision precision) throws Exception {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of());
        ModelPlan plan = ModelPlan.of(small.write(folder.resolve("small-" + precision)), Optional.empty());
        GraphRequest request =
                plan.request(List.of("last_hidden_state", "pooler_output"), HeadMask.NONE, plan.form(), precision);
        TorchScript packed = TorchScript.printForCpu(request, false);
        assertThat(packed.source())
                .contains("_reorder_linear_weight", "\"gelu\"", "\"add\"")
                .doesNotContain("torch.linear");
        byte[] image = image(plan.form(), plan.input());
        Map<String, float[]> plain = run(TorchScript.print(request), image);
        run(packed, image).forEach((name, values) -> {
            float tolerance = (precision == Precision.fp32 ? 2e-5f : 3e-2f) * largest(plain.get(name));
            assertThat(values).as(name).containsExactly(plain.get(name), Offset.offset(tolerance));
        });
    }

    @Test
    void weightsThatFitNoCacheAreCutForAmx() throws Exception {
        // Pieces of an MLP take at most 1.25 MiB, so they are 40,960 wide at a hidden size of 16.
        Map<String, Object> wide = Map.of("intermediate_size", 3 * 40_960);
        ModelPlan plan = ModelPlan.of(SmallCheckpoint.of("vit", wide).write(folder.resolve("wide")), Optional.empty());
        GraphRequest request =
                plan.request(List.of("last_hidden_state", "pooler_output"), HeadMask.NONE, plan.form(), Precision.bf16);
        TorchScript cut = TorchScript.printForCpu(request, true);
        assertThat(cut.source())
                .contains("0, 81920, 122880)", "1, 81920, 122880)", "scaled_dot_product_attention")
                .doesNotContain("torch.linear", "torch.gelu", "torch.softmax");
        assertThat(TorchScript.printForCpu(request, false).source())
                .contains("torch.softmax")
                .doesNotContain("81920", "scaled_dot_product_attention");
        byte[] image = image(plan.form(), plan.input());
        Map<String, float[]> whole = run(TorchScript.printForCpu(request, false), image);
        run(cut, image).forEach((name, values) -> {
            float tolerance = 2e-2f * largest(whole.get(name));
            assertThat(values).as(name).containsExactly(whole.get(name), Offset.offset(tolerance));
        });
    }

    @Test
    void attentionWithBiasesIsTheSameOnAmx() throws Exception {
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve("beit"), Optional.empty());
        GraphRequest request =
                plan.request(List.of("last_hidden_state", "pooler_output"), HeadMask.NONE, plan.form(), Precision.bf16);
        byte[] image = image(plan.form(), plan.input());
        Map<String, float[]> plain = run(TorchScript.printForCpu(request, false), image);
        run(TorchScript.printForCpu(request, true), image).forEach((name, values) -> {
            float tolerance = 3e-2f * largest(plain.get(name));
            assertThat(values).as(name).containsExactly(plain.get(name), Offset.offset(tolerance));
        });
    }

    private void assertAgree(ModelPlan plan, List<String> outputs, HeadMask mask, PixelInput form) throws IOException {
        FeatureGraph graph = plan.graph(outputs, mask, form);
        byte[] image = image(form, plan.input());
        GraphRequest request = plan.request(outputs, mask, form);
        assertThat(TorchScript.print(request).signature()).isEqualTo(graph.signature());
        Map<String, float[]> plain = run(TorchScript.print(request), image);
        Map<String, float[]> packed = run(TorchScript.printForCpu(request, false), image);
        try (FeatureModel model = FeatureModel.load(graph, 1)) {
            second(model, graph.signature(), image).forEach((name, expected) -> {
                Offset<Float> tolerance = Offset.offset(2e-5f * largest(expected));
                assertThat(plain.get(name)).as(name).containsExactly(expected, tolerance);
                assertThat(packed.get(name)).as(name + ", packed").containsExactly(expected, tolerance);
            });
        }
    }

    private static byte[] image(PixelInput form, io.vitrine.Size size) {
        byte[] image = new byte[form.imageBytes(size)];
        Random random = new Random(2);
        if (form == PixelInput.UINT8) {
            random.nextBytes(image);
        } else {
            ByteBuffer floats = ByteBuffer.wrap(image).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            while (floats.hasRemaining()) {
                floats.putFloat(random.nextFloat() * 2 - 1);
            }
        }
        return image;
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private Map<String, float[]> run(TorchScript script, byte[] image) throws IOException {
        Path file = Files.createTempFile(folder, "model", ".pt");
        script.write(file);
        try (FeatureModel model = FeatureModel.load(file, script.signature(), 1)) {
            return second(model, script.signature(), image);
        }
    }

    /** What it gives for the second of two images. */
    private static Map<String, float[]> second(FeatureModel model, FeatureGraph.Signature signature, byte[] image) {
        try (FeatureModel.Runner runner = model.runner(2)) {
            runner.batch().add(new byte[image.length]);
            runner.batch().add(image);
            Features features = runner.run();
            Map<String, float[]> values = new HashMap<>();
            for (FeatureGraph.Output output : signature.outputs()) {
                values.put(output.name(), features.floats(output.name(), 1));
            }
            return values;
        }
    }
}
