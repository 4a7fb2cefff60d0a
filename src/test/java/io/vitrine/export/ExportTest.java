package io.vitrine.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.djl.ImageTranslatorFactory;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.PixelValues;
import io.vitrine.image.preprocess.PreprocessedImage;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Exported models, opened as other tools open them, give what this program gives. */
final class ExportTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/oracle/checkpoints");
    private static final List<String> OUTPUTS = List.of("last_hidden_state", "pooler_output");
    private static final byte[] FILE = Pictures.drawn("png", 61, 47, 5);

    @TempDir
    private Path folder;

    @BeforeAll
    static void quietly() {
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
    }

    @ParameterizedTest
    @CsvSource({
        "vit-tiny-a, PIXEL_VALUES, false",
        "vit-tiny-a, UINT8, true",
        "vit-sharded, PIXEL_VALUES, false",
        "vit-sharded, UINT8, true",
        "vit-bf16, PIXEL_VALUES, true",
        "vit-bf16, UINT8, false",
        "dinov2-registers, PIXEL_VALUES, false"
    })
    void onnxRuntimeOpensTheFile(String name, PixelInput input, boolean inside)
            throws OrtException, IOException, ImageRejectedException {
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve(name), Optional.empty());
        List<String> outputs = List.of("last_hidden_state");
        Path to = export(plan, new Export.Options(Export.Format.onnx, input, outputs, HeadMask.NONE, inside));
        if (inside) {
            try (var files = Files.list(to)) {
                assertThat(files.filter(file -> file.toString().endsWith(".safetensors")))
                        .isEmpty();
            }
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session =
                        environment.createSession(to.resolve("model.onnx").toString());
                OnnxTensor pixels = tensor(environment, plan, input);
                OrtSession.Result result = session.run(Map.of(input.inputName(), pixels))) {
            assertThat(session.getOutputNames()).containsExactlyElementsOf(outputs);
            float[][][] last =
                    (float[][][]) result.get("last_hidden_state").orElseThrow().getValue();
            float[] expected = expected(plan).get("last_hidden_state");
            assertClose(flat(last[0]), expected);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, ModelPlan plan, PixelInput input)
            throws OrtException, ImageRejectedException {
        PreprocessedImage image = prepared(plan);
        int height = image.size().height();
        int width = image.size().width();
        if (input == PixelInput.UINT8) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(image.pixels().length)
                    .put(image.pixels())
                    .rewind();
            return OnnxTensor.createTensor(
                    environment, bytes, new long[] {1, height, width, 3}, ai.onnxruntime.OnnxJavaType.UINT8);
        }
        float[] values = PixelValues.of(image, plan.preprocessing());
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), new long[] {1, 3, height, width});
    }

    @ParameterizedTest
    @EnumSource(Export.Format.class)
    void djlRunsItOnImageFiles(Export.Format format) throws Exception {
        assumeTrue(
                format == Export.Format.onnx || System.getProperty("os.arch").equals("amd64"),
                "PyTorch's natives are on the class path for x86-64 only");
        for (PixelInput input : List.of(PixelInput.PIXEL_VALUES, PixelInput.UINT8)) {
            ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve("vit-tiny-a"), Optional.empty());
            Path to = export(plan, new Export.Options(format, input, OUTPUTS, HeadMask.NONE, false));
            Map<String, float[]> expected = expected(plan);
            Criteria<byte[], float[]> vectors = Criteria.builder()
                    .setTypes(byte[].class, float[].class)
                    .optModelPath(to)
                    .optTranslatorFactory(new ImageTranslatorFactory())
                    .build();
            try (ZooModel<byte[], float[]> model = vectors.loadModel();
                    Predictor<byte[], float[]> predictor = model.newPredictor()) {
                List<float[]> both = predictor.batchPredict(List.of(Pictures.drawn("jpg", 40, 90, 1), FILE));
                assertClose(both.get(1), expected.get("pooler_output"));
            }
            Criteria<byte[], byte[]> archives = Criteria.builder()
                    .setTypes(byte[].class, byte[].class)
                    .optModelPath(to)
                    .optTranslatorFactory(new ImageTranslatorFactory())
                    .build();
            try (ZooModel<byte[], byte[]> model = archives.loadModel();
                    Predictor<byte[], byte[]> predictor = model.newPredictor();
                    NDManager manager =
                            NDManager.newBaseManager(format == Export.Format.onnx ? "OnnxRuntime" : "PyTorch");
                    NDList list = NDList.decode(manager, new ByteArrayInputStream(predictor.predict(FILE)))) {
                Map<String, float[]> named = new HashMap<>();
                for (NDArray array : list) {
                    named.put(array.getName(), array.toFloatArray());
                }
                assertThat(named).containsOnlyKeys(OUTPUTS);
                named.forEach((name, values) -> assertClose(values, expected.get(name)));
            }
        }
    }

    @Test
    void anotherImageSizeIsInThePreprocessingToo() throws Exception {
        Optional<Size> size = Optional.of(new Size(40, 48));
        for (String name : List.of("vit-tiny-a", "dinov2", "deit-distilled")) {
            ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve(name), size);
            Path to = folder.resolve(name);
            Export.write(
                    plan,
                    true,
                    new Export.Options(Export.Format.onnx, PixelInput.PIXEL_VALUES, OUTPUTS, HeadMask.NONE, true),
                    to);
            Criteria<byte[], float[]> criteria = Criteria.builder()
                    .setTypes(byte[].class, float[].class)
                    .optModelPath(to)
                    .optTranslatorFactory(new ImageTranslatorFactory())
                    .build();
            try (ZooModel<byte[], float[]> model = criteria.loadModel();
                    Predictor<byte[], float[]> predictor = model.newPredictor()) {
                assertClose(predictor.predict(FILE), expected(plan).get("pooler_output"));
            }
        }
    }

    @Test
    void aFolderThatHoldsAnythingIsLeftAlone() throws IOException {
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve("vit-tiny-a"), Optional.empty());
        Export.Options options =
                new Export.Options(Export.Format.onnx, PixelInput.UINT8, OUTPUTS, HeadMask.NONE, false);
        Path to = export(plan, options);
        assertThatThrownBy(() -> Export.write(plan, false, options, to))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(to + " is not empty");
        SmallCheckpoint broken = SmallCheckpoint.of("vit", Map.of());
        broken.values("layernorm.weight")[0] = Float.POSITIVE_INFINITY;
        ModelPlan infinite = ModelPlan.of(broken.write(folder.resolve("broken")), Optional.empty());
        assertThatThrownBy(() -> Export.write(infinite, false, options, folder.resolve("never")))
                .hasMessageContaining("layernorm.weight");
        assertThat(folder.resolve("never")).doesNotExist();
        assertThat(folder.resolve("never.partial")).doesNotExist();
    }

    @Test
    void floatsThatWereResizedCannotEnterAsBytes() throws IOException {
        ModelPlan plan = ModelPlan.of(
                SmallCheckpoint.of("dinov3_vit", Map.of()).write(folder.resolve("dinov3")), Optional.empty());
        assertThatThrownBy(() -> export(
                        plan, new Export.Options(Export.Format.onnx, PixelInput.UINT8, OUTPUTS, HeadMask.NONE, false)))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("Export with --input pixel_values");
        export(
                plan,
                new Export.Options(Export.Format.torchscript, PixelInput.PIXEL_VALUES, OUTPUTS, HeadMask.NONE, false));
    }

    private Path export(ModelPlan plan, Export.Options options) {
        Path to = folder.resolve("export-" + options.input());
        Export.write(plan, false, options, to);
        return to;
    }

    private static PreprocessedImage prepared(ModelPlan plan) throws ImageRejectedException {
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(plan.preprocessing(), ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            return preprocessor.preprocess(FileBytes.of(FILE));
        }
    }

    private static Map<String, float[]> expected(ModelPlan plan) throws ImageRejectedException {
        Map<String, float[]> values = new HashMap<>();
        List<String> outputs = plan.checkpoint().hasPooler() ? OUTPUTS : List.of("last_hidden_state");
        try (FeatureModel model = FeatureModel.load(plan.graph(outputs), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(prepared(plan).pixels());
            var features = runner.run();
            outputs.forEach(name -> values.put(name, features.floats(name, 0)));
        }
        // Alone, DJL's ONNX Runtime cannot stack arrays; a second engine does that for it, which our own runs go
        // without.
        System.clearProperty("ai.djl.onnx.disable_alternative");
        return values;
    }

    private static float[] flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return flat;
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).containsExactly(expected, Offset.offset(5e-5f));
    }
}
