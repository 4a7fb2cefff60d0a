package io.vitrine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ConfigurationException;
import io.vitrine.export.Export;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.Pictures;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.DirectInference;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The translators, through DJL's own API, with ONNX Runtime as the only engine. */
final class ImageTranslatorTest {
    private static final String NO_SECOND_ENGINE = "ai.djl.onnx.disable_alternative";
    private static final List<String> OUTPUTS = List.of("pooler_output", "logits", "last_hidden_state");
    private static final Offset<Float> TOLERANCE = Offset.offset(5e-6f); // of another order of additions
    private static final byte[] FIRST = Pictures.drawn("jpg", 61, 47, 5);
    private static final byte[] SECOND = Pictures.drawn("png", 40, 90, 1);
    private static final byte[] BAD = "no picture".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path folder;

    private static Path onnx;

    @BeforeAll
    static void export() {
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty(NO_SECOND_ENGINE, "true");
        onnx = export(Export.Format.onnx, PixelInput.UINT8, "onnx");
    }

    @AfterAll
    static void restore() {
        System.clearProperty(NO_SECOND_ENGINE);
    }

    private static Path export(Export.Format format, PixelInput input, String name) {
        Path to = folder.resolve(name);
        Export.write(
                ModelPlan.of(DemoCheckpoint.FOLDER, Optional.empty()),
                new Export.Options(
                        format,
                        input,
                        OUTPUTS,
                        HeadMask.NONE,
                        OnnxModel.WeightStorage.EXTERNAL,
                        Export.Preprocessor.CHECKPOINT),
                to);
        return to;
    }

    private static <I, O> ZooModel<I, O> load(Path exported, Class<I> input, Class<O> output, BadImages bad)
            throws Exception {
        return Criteria.builder()
                .setTypes(input, output)
                .optModelPath(exported)
                .optTranslatorFactory(new ImageTranslatorFactory(bad))
                .build()
                .loadModel();
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).containsExactly(expected, TOLERANCE);
    }

    private static float[] expected(byte[] image, String output) {
        return DirectInference.ofDemo(image, Optional.empty(), output);
    }

    @Test
    void aBatchNeedsNoOtherEngine() throws Exception {
        try (ZooModel<byte[], float[]> model = load(onnx, byte[].class, float[].class, BadImages.ERROR);
                Predictor<byte[], float[]> predictor = model.newPredictor()) {
            List<float[]> vectors = predictor.batchPredict(List.of(FIRST, SECOND));
            assertClose(vectors.get(0), expected(FIRST, "pooler_output"));
            assertClose(vectors.get(1), expected(SECOND, "pooler_output"));
            assertClose(predictor.predict(SECOND), expected(SECOND, "pooler_output"));
        }
    }

    @ParameterizedTest
    @EnumSource(Export.Format.class)
    void pixelValuesAreBatchedToo(Export.Format format) throws Exception {
        assumeTrue(
                format == Export.Format.onnx || System.getProperty("os.arch").equals("amd64"),
                "the class path has PyTorch's libraries for x86-64 only");
        Path to = export(format, PixelInput.PIXEL_VALUES, "values-" + format);
        try (ZooModel<byte[], float[]> model = load(to, byte[].class, float[].class, BadImages.ERROR);
                Predictor<byte[], float[]> predictor = model.newPredictor()) {
            List<float[]> vectors = predictor.batchPredict(List.of(FIRST, SECOND));
            assertThat(vectors.get(0)).containsExactly(expected(FIRST, "pooler_output"), TOLERANCE);
            assertThat(vectors.get(1)).containsExactly(expected(SECOND, "pooler_output"), TOLERANCE);
        }
    }

    @Test
    void aBadImageIsNullWhereAsked() throws Exception {
        try (ZooModel<byte[], float[]> model = load(onnx, byte[].class, float[].class, BadImages.NULL);
                Predictor<byte[], float[]> predictor = model.newPredictor()) {
            List<float[]> vectors = predictor.batchPredict(Arrays.asList(BAD, FIRST, null, SECOND));
            assertThat(vectors.get(0)).isNull();
            assertClose(vectors.get(1), expected(FIRST, "pooler_output"));
            assertThat(vectors.get(2)).isNull();
            assertClose(vectors.get(3), expected(SECOND, "pooler_output"));
            assertThat(predictor.batchPredict(List.of(BAD, BAD))).containsExactly(null, null);
        }
    }

    @Test
    void aBadImageIsAnErrorByDefault() throws Exception {
        try (ZooModel<byte[], float[]> model = load(onnx, byte[].class, float[].class, BadImages.ERROR);
                Predictor<byte[], float[]> predictor = model.newPredictor()) {
            assertThatThrownBy(() -> predictor.batchPredict(List.of(FIRST, BAD)))
                    .isInstanceOf(TranslateException.class)
                    .hasMessageContaining("The image is not_an_image");
        }
    }

    @Test
    void djlsImagesAndClassifications() throws Exception {
        Image image = ImageFactory.getInstance().fromInputStream(new ByteArrayInputStream(SECOND));
        try (ZooModel<Image, float[]> model = load(onnx, Image.class, float[].class, BadImages.ERROR);
                Predictor<Image, float[]> predictor = model.newPredictor()) {
            assertClose(predictor.predict(image), expected(SECOND, "pooler_output"));
        }
        try (ZooModel<Image, Classifications> model = load(onnx, Image.class, Classifications.class, BadImages.ERROR);
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            Classifications labels = predictor.predict(image);
            float[] logits = expected(SECOND, "logits");
            int best = 0;
            for (int i = 1; i < logits.length; i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            assertThat(labels.getClassNames()).hasSize(logits.length);
            assertThat(labels.best().getClassName())
                    .isEqualTo(labels.getClassNames().get(best));
            assertThat(labels.getProbabilities().stream()
                            .mapToDouble(score -> score)
                            .sum())
                    .isCloseTo(1, Offset.offset(1e-6));
        }
    }

    @Test
    void allOutputsAreAnNpzFile() throws Exception {
        try (ZooModel<byte[], byte[]> model = load(onnx, byte[].class, byte[].class, BadImages.ERROR);
                Predictor<byte[], byte[]> predictor = model.newPredictor()) {
            Map<String, String> headers = new HashMap<>();
            try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(
                    predictor.batchPredict(List.of(FIRST, SECOND)).get(1)))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    ByteBuffer file = ByteBuffer.wrap(zip.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
                    int start = 10 + file.getShort(8);
                    assertThat(start % 64).isZero();
                    headers.put(
                            entry.getName(),
                            new String(file.array(), 10, start - 10, StandardCharsets.US_ASCII).strip());
                    float[] values = new float[(file.capacity() - start) / 4];
                    file.position(start).asFloatBuffer().get(values);
                    assertClose(values, expected(SECOND, entry.getName().replace(".npy", "")));
                }
            }
            assertThat(headers).containsOnlyKeys("pooler_output.npy", "logits.npy", "last_hidden_state.npy");
            assertThat(headers)
                    .containsEntry(
                            "last_hidden_state.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (65, 96,), }")
                    .containsEntry("pooler_output.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (96,), }");
        }
    }

    /** As DJL Serving does: the factory by its name in serving.properties, Input to Output, whole batches. */
    @Test
    void djlServingGetsAnAnswerForEachRequest() throws Exception {
        Criteria<Input, Output> criteria = Criteria.builder()
                .setTypes(Input.class, Output.class)
                .optModelPath(onnx)
                .build();
        try (ZooModel<Input, Output> model = criteria.loadModel();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            Input npz = request(SECOND);
            npz.addProperty("Accept", "tensor/npz");
            List<Output> answers = predictor.batchPredict(List.of(request(FIRST), request(BAD), new Input(), npz));
            assertThat(answers.stream().map(Output::getCode)).containsExactly(200, 400, 400, 200);
            JsonNode vectors =
                    new ObjectMapper().readTree(answers.get(0).getData().getAsBytes());
            float[] pooled = expected(FIRST, "pooler_output");
            assertThat(vectors.path("pooler_output").size()).isEqualTo(pooled.length);
            for (int i = 0; i < pooled.length; i++) {
                assertThat((float) vectors.path("pooler_output").path(i).asDouble())
                        .isCloseTo(pooled[i], TOLERANCE);
            }
            assertThat(vectors.has("last_hidden_state")).isFalse();
            assertThat(answers.get(1).getMessage()).isEqualTo("not_an_image");
            assertThat(answers.get(1).getData().getAsString()).contains("\"status\":\"not_an_image\"");
            assertThat(answers.get(2).getData().getAsString()).contains("the request has no data");
            assertThat(answers.get(3).getProperty("Content-Type", "")).isEqualTo("tensor/npz");
            assertThat(Output.decode(new ByteArrayInputStream(answers.get(3).encode()))
                            .getData()
                            .getAsBytes())
                    .startsWith('P', 'K');
        }
    }

    private static Input request(byte[] file) {
        Input request = new Input();
        request.add("data", file);
        return request;
    }

    @Test
    void whatIsNotSupportedIsRefused() {
        ImageTranslatorFactory factory = new ImageTranslatorFactory();
        assertThatThrownBy(() -> factory.newInstance(String.class, float[].class, null, Map.of()))
                .hasMessageContaining("Cannot translate String to float[]");
        assertThatThrownBy(() -> factory.newInstance(byte[].class, float[].class, null, Map.of("badImages", "skip")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("badImages is 'skip', but must be error or null");
        assertThat(factory.isSupported(Input.class, Output.class)).isTrue();
        Translator<byte[], float[]> translator =
                factory.newInstance(byte[].class, float[].class, null, Map.of("badImages", "null"));
        assertThat(translator.getBatchifier()).isNotNull();
    }
}
