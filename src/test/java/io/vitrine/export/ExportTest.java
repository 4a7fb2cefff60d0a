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
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.djl.ImageTranslatorFactory;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.OracleCheckpoints;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.PixelValues;
import io.vitrine.image.preprocess.PreprocessedImage;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.Folders;
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
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported models, run by other tools, give the features of this program. */
final class ExportTest {
    private static final List<String> OUTPUTS = List.of("last_hidden_state", "pooler_output");
    private static final byte[] IMAGE = Pictures.drawn("png", 61, 47, 5);

    @TempDir
    private Path folder;

    @BeforeAll
    static void keepDjlOffline() {
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
    }

    @ParameterizedTest
    @CsvSource({
        "vit-tiny-a, PIXEL_VALUES, EXTERNAL",
        "vit-tiny-a, UINT8, EMBEDDED",
        "vit-sharded, PIXEL_VALUES, EXTERNAL",
        "vit-sharded, UINT8, EMBEDDED",
        "vit-bf16, PIXEL_VALUES, EMBEDDED",
        "vit-bf16, UINT8, EXTERNAL",
        "dinov2-registers, PIXEL_VALUES, EXTERNAL",
        "oracle2/checkpoints/clip-vision, UINT8, EXTERNAL",
        "oracle2/checkpoints/siglip-vision, PIXEL_VALUES, EMBEDDED",
        "oracle3/checkpoints/eva02-clip, UINT8, EMBEDDED",
        "oracle3/checkpoints/pe-core, PIXEL_VALUES, EXTERNAL"
    })
    void onnxRuntimeRunsTheExportedFile(String name, PixelInput input, OnnxModel.WeightStorage weights)
            throws OrtException, IOException, ImageRejectedException {
        ModelPlan plan = plan(name);
        List<String> outputs = List.of("last_hidden_state");
        Path to = export(
                plan,
                new Export.Options(
                        Export.Format.onnx, input, outputs, HeadMask.NONE, weights, Export.Preprocessor.CHECKPOINT));
        assertThat(hasSafetensors(to)).isEqualTo(weights == OnnxModel.WeightStorage.EXTERNAL);
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

    /** A folder of a later oracle, or a name in the first one. */
    private static ModelPlan plan(String name) {
        return name.contains("/")
                ? ModelPlan.of(Path.of("src/test/resources").resolve(name), Optional.empty())
                : OracleCheckpoints.plan(name);
    }

    private static boolean hasSafetensors(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".safetensors"));
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, ModelPlan plan, PixelInput input)
            throws OrtException, ImageRejectedException {
        PreprocessedImage image = preprocessed(plan);
        int height = image.size().height();
        int width = image.size().width();
        if (input == PixelInput.UINT8) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(image.pixels().length)
                    .put(image.pixels())
                    .rewind();
            return OnnxTensor.createTensor(environment, bytes, new long[] {1, height, width, 3}, OnnxJavaType.UINT8);
        }
        float[] values = PixelValues.of(image, plan.preprocessing());
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), new long[] {1, 3, height, width});
    }

    @ParameterizedTest
    @CsvSource({"onnx, PIXEL_VALUES", "onnx, UINT8", "torchscript, PIXEL_VALUES", "torchscript, UINT8"})
    void djlGivesThePoolerOfImageFiles(Export.Format format, PixelInput input) throws Exception {
        assumeAvailable(format);
        ModelPlan plan = OracleCheckpoints.plan("vit-tiny-a");
        Path to = export(plan, options(format, input));
        float[] expected = expected(plan).get("pooler_output");
        try (ZooModel<byte[], float[]> model = loadInDjl(to, float[].class);
                Predictor<byte[], float[]> predictor = model.newPredictor()) {
            List<float[]> both = predictor.batchPredict(List.of(Pictures.drawn("jpg", 40, 90, 1), IMAGE));
            assertClose(both.get(1), expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"onnx, PIXEL_VALUES", "onnx, UINT8", "torchscript, PIXEL_VALUES", "torchscript, UINT8"})
    void djlGivesEveryOutputAsNpz(Export.Format format, PixelInput input) throws Exception {
        assumeAvailable(format);
        ModelPlan plan = OracleCheckpoints.plan("vit-tiny-a");
        Path to = export(plan, options(format, input));
        Map<String, float[]> expected = expected(plan);
        try (ZooModel<byte[], byte[]> model = loadInDjl(to, byte[].class);
                Predictor<byte[], byte[]> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager(format == Export.Format.onnx ? "OnnxRuntime" : "PyTorch");
                NDList list = NDList.decode(manager, new ByteArrayInputStream(predictor.predict(IMAGE)))) {
            Map<String, float[]> outputs = new HashMap<>();
            for (NDArray array : list) {
                outputs.put(array.getName(), array.toFloatArray());
            }
            assertThat(outputs).containsOnlyKeys(OUTPUTS);
            outputs.forEach((name, values) -> assertClose(values, expected.get(name)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "oracle2/checkpoints/clip-vision, onnx",
        "oracle2/checkpoints/siglip-vision, torchscript",
        "oracle3/checkpoints/pe-core, onnx",
        "oracle3/checkpoints/eva02-clip, torchscript"
    })
    void djlGivesThePoolerOfATower(String name, Export.Format format) throws Exception {
        assumeAvailable(format);
        ModelPlan plan = plan(name);
        Path to = export(plan, options(format, PixelInput.PIXEL_VALUES));
        try (ZooModel<byte[], float[]> model = loadInDjl(to, float[].class);
                Predictor<byte[], float[]> predictor = model.newPredictor()) {
            assertClose(predictor.predict(IMAGE), expected(plan).get("pooler_output"));
        }
    }

    private static void assumeAvailable(Export.Format format) {
        assumeTrue(
                format == Export.Format.onnx || System.getProperty("os.arch").equals("amd64"),
                "the class path has PyTorch's libraries for x86-64 only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit-tiny-a", "dinov2", "deit-distilled"})
    void preprocessingOfAnotherImageSizeIsExported(String name) throws Exception {
        ModelPlan plan = ModelPlan.of(OracleCheckpoints.folder(name), Optional.of(new Size(40, 48)));
        Path to = export(
                plan,
                new Export.Options(
                        Export.Format.onnx,
                        PixelInput.PIXEL_VALUES,
                        OUTPUTS,
                        HeadMask.NONE,
                        OnnxModel.WeightStorage.EMBEDDED,
                        Export.Preprocessor.PLAN));
        float[] expected = expected(plan).get("pooler_output");
        try (ZooModel<byte[], float[]> model = loadInDjl(to, float[].class);
                Predictor<byte[], float[]> predictor = model.newPredictor()) {
            assertClose(predictor.predict(IMAGE), expected);
        }
    }

    @Test
    void preprocessingOfTransformers5IsExported() throws Exception {
        Path own = folder.resolve("own");
        Folders.copy(OracleCheckpoints.folder("vit-tiny-a"), own);
        Path old = own.resolve("preprocessor_config.json");
        Files.writeString(own.resolve("processor_config.json"), "{\"image_processor\": " + Files.readString(old) + "}");
        Files.delete(old);
        assertDjlAgrees(ModelPlan.of(own, Optional.empty()), Export.Preprocessor.CHECKPOINT);
    }

    @Test
    void timmsPreprocessingIsExported() throws Exception {
        ModelPlan plan = OracleCheckpoints.plan("vit-tiny-a");
        Size size = plan.imageSize();
        String config = "{\"pretrained_cfg\": {\"crop_pct\": 0.9, \"crop_mode\": \"border\", \"input_size\": [3, "
                + size.height() + ", " + size.width() + "]}}";
        Preprocessing timm = Preprocessing.read(new ObjectMapper().readTree(config), "", "here");
        assertDjlAgrees(new ModelPlan(plan.checkpoint(), timm, size), Export.Preprocessor.PLAN);
    }

    private void assertDjlAgrees(ModelPlan plan, Export.Preprocessor preprocessor) throws Exception {
        Path to = export(
                plan,
                new Export.Options(
                        Export.Format.onnx,
                        PixelInput.PIXEL_VALUES,
                        OUTPUTS,
                        HeadMask.NONE,
                        OnnxModel.WeightStorage.EMBEDDED,
                        preprocessor));
        try (ZooModel<byte[], float[]> model = loadInDjl(to, float[].class);
                Predictor<byte[], float[]> predictor = model.newPredictor()) {
            assertClose(predictor.predict(IMAGE), expected(plan).get("pooler_output"));
        }
    }

    @Test
    void aFolderThatIsNotEmptyIsRejected() {
        ModelPlan plan = OracleCheckpoints.plan("vit-tiny-a");
        Export.Options options = options(Export.Format.onnx, PixelInput.UINT8);
        Path to = export(plan, options);
        assertThatThrownBy(() -> Export.write(plan, options, to))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(to + " is not empty");
    }

    @Test
    void aFailedExportLeavesNothing() throws IOException {
        SmallCheckpoint broken = SmallCheckpoint.of("vit", Map.of());
        broken.values("layernorm.weight")[0] = Float.POSITIVE_INFINITY;
        ModelPlan infinite = ModelPlan.of(broken.write(folder.resolve("broken")), Optional.empty());
        Path to = folder.resolve("exports/never");
        assertThatThrownBy(() -> Export.write(infinite, options(Export.Format.onnx, PixelInput.UINT8), to))
                .hasMessageContaining("layernorm.weight");
        assertThat(to.getParent()).isEmptyDirectory();
    }

    @Test
    void aModelOfFloatImagesCannotTakeUint8() throws IOException {
        ModelPlan plan = dinov3();
        assertThatThrownBy(() -> export(plan, options(Export.Format.onnx, PixelInput.UINT8)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Export with --input pixel_values");
    }

    @Test
    void aModelOfFloatImagesTakesPixelValues() throws IOException {
        assertThat(export(dinov3(), options(Export.Format.torchscript, PixelInput.PIXEL_VALUES))
                        .resolve("model.pt"))
                .isRegularFile();
    }

    private ModelPlan dinov3() throws IOException {
        return ModelPlan.of(
                SmallCheckpoint.of("dinov3_vit", Map.of()).write(folder.resolve("dinov3")), Optional.empty());
    }

    private static Export.Options options(Export.Format format, PixelInput input) {
        return new Export.Options(
                format,
                input,
                OUTPUTS,
                HeadMask.NONE,
                OnnxModel.WeightStorage.EXTERNAL,
                Export.Preprocessor.CHECKPOINT);
    }

    private Path export(ModelPlan plan, Export.Options options) {
        Path to = folder.resolve("export");
        Export.write(plan, options, to);
        return to;
    }

    private static <T> ZooModel<byte[], T> loadInDjl(Path exported, Class<T> features) throws Exception {
        return Criteria.builder()
                .setTypes(byte[].class, features)
                .optModelPath(exported)
                .optTranslatorFactory(new ImageTranslatorFactory())
                .build()
                .loadModel();
    }

    private static PreprocessedImage preprocessed(ModelPlan plan) throws ImageRejectedException {
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(plan.preprocessing(), ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            return preprocessor.preprocess(FileBytes.of(IMAGE));
        }
    }

    private static Map<String, float[]> expected(ModelPlan plan) throws ImageRejectedException {
        Map<String, float[]> values = new HashMap<>();
        List<String> outputs = plan.checkpoint().hasPooler() ? OUTPUTS : List.of("last_hidden_state");
        try (FeatureModel model = FeatureModel.load(plan.onnxModel(outputs), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(preprocessed(plan).pixels());
            BatchFeatures features = runner.run();
            outputs.forEach(name -> values.put(name, features.floats(name, 0)));
        }
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
