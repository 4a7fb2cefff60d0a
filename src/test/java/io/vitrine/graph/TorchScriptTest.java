package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
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

    private void assertAgree(ModelPlan plan, List<String> outputs, HeadMask mask, PixelInput form)
            throws IOException, ModelNotFoundException, MalformedModelException, TranslateException {
        FeatureGraph graph = plan.graph(outputs, mask, form);
        TorchScript script = TorchScript.print(plan.request(outputs, mask, form));
        assertThat(script.outputs()).isEqualTo(graph.outputs());
        byte[] image = new byte[form.imageBytes(plan.input())];
        Random random = new Random(2);
        if (form == PixelInput.UINT8) {
            random.nextBytes(image);
        } else {
            ByteBuffer floats = ByteBuffer.wrap(image).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            while (floats.hasRemaining()) {
                floats.putFloat(random.nextFloat() * 2 - 1);
            }
        }
        Map<String, float[]> torch = run(script, image);
        try (FeatureModel model = FeatureModel.load(graph, 1);
                FeatureModel.Runner runner = model.runner(2)) {
            runner.batch().add(image);
            runner.batch().add(image);
            Features features = runner.run();
            for (FeatureGraph.Output output : graph.outputs()) {
                float[] expected = features.floats(output.name(), 1);
                float largest = 0;
                for (float value : expected) {
                    largest = Math.max(largest, Math.abs(value));
                }
                assertThat(torch.get(output.name()))
                        .as(output.name())
                        .containsExactly(expected, Offset.offset(2e-5f * largest));
            }
        }
    }

    /** The second of two images. */
    private Map<String, float[]> run(TorchScript script, byte[] image)
            throws IOException, ModelNotFoundException, MalformedModelException, TranslateException {
        Path file = Files.createTempFile(folder, "model", ".pt");
        script.write(file);
        Criteria<NDList, NDList> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(file)
                .optEngine("PyTorch")
                .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            ByteBuffer both = ByteBuffer.allocateDirect(2 * image.length).order(java.nio.ByteOrder.nativeOrder());
            both.position(image.length).put(image).rewind();
            Shape shape = new Shape(2);
            for (int side : script.input().shape(script.image())) {
                shape = shape.add(side);
            }
            DataType type = script.input() == PixelInput.UINT8 ? DataType.UINT8 : DataType.FLOAT32;
            Map<String, float[]> results = new HashMap<>();
            try (var manager = model.getNDManager().newSubManager();
                    NDList answer = predictor.predict(new NDList(manager.create(both, shape, type)))) {
                answer.forEach(
                        array -> results.put(array.getName(), array.get(1).toFloatArray()));
            }
            return results;
        }
    }
}
