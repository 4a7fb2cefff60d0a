package io.vitrine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.vitrine.export.Export;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.Pictures;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.DirectInference;
import io.vitrine.testkit.LocalSpark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipInputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DJL's Spark extension runs an exported model. With the profile {@code djl-spark} only: the extension is no dependency. */
final class BinaryPredictorIT {
    private static final String PREDICTOR = "ai.djl.spark.task.binary.BinaryPredictor";
    private static final String LOADER = "ai.djl.spark.ModelLoader";
    private static final int VALUES = 96;
    private static final Offset<Float> TOLERANCE = Offset.offset(5e-6f); // of another order of additions

    @TempDir
    private Path folder;

    private Path exported;
    private Path photos;
    private final List<float[]> expected = new ArrayList<>();

    @BeforeEach
    void export() throws IOException {
        assumeTrue(isThere(), "DJL's Spark extension is not on the class path: build with -Pdjl-spark");
        exported = folder.resolve("export");
        Export.write(
                ModelPlan.of(DemoCheckpoint.FOLDER, Optional.empty()),
                new Export.Options(
                        Export.Format.onnx,
                        PixelInput.UINT8,
                        List.of("pooler_output"),
                        HeadMask.NONE,
                        OnnxModel.WeightStorage.EXTERNAL,
                        Export.Preprocessor.CHECKPOINT),
                exported);
        photos = Files.createDirectory(folder.resolve("photos"));
        for (int i = 0; i < 5; i++) {
            byte[] picture = Pictures.drawn("png", 60 + 7 * i, 90 - 3 * i, i);
            Files.write(photos.resolve(i + ".png"), picture);
            expected.add(DirectInference.ofDemo(picture, Optional.empty(), "pooler_output"));
        }
        Files.writeString(photos.resolve("9.png"), "no picture");
    }

    private Dataset<Row> files(SparkSession spark) {
        return spark.read().format("binaryFile").load(photos.toString()).orderBy("path");
    }

    @Test
    void itGivesTheModelsVectors() throws Exception {
        Transformer predictor = Class.forName(PREDICTOR)
                .asSubclass(Transformer.class)
                .getConstructor()
                .newInstance();
        set(predictor, "modelUrl", exported.toUri().toString());
        set(predictor, "engine", "OnnxRuntime");
        set(predictor, "inputCol", "content");
        set(predictor, "outputCol", "npz");
        set(predictor, "batchSize", 3);
        set(predictor, "translatorFactory", new ImageTranslatorFactory(BadImages.NULL));
        try (SparkSession spark = LocalSpark.session(Map.of())) {
            List<Row> rows = predictor.transform(files(spark)).select("npz").collectAsList();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(vector(rows.get(i).getAs(0))).containsExactly(expected.get(i), TOLERANCE);
            }
            assertThat(rows.get(expected.size()).isNullAt(0)).isTrue();
        }
    }

    @Test
    void aBroadcastLoaderLoadsOnce() throws Exception {
        Object loader = Class.forName(LOADER)
                .getConstructors()[0]
                .newInstance(
                        "OnnxRuntime",
                        exported.toUri().toString(),
                        byte[].class,
                        float[].class,
                        new CountingFactory(),
                        new HashMap<String, Object>());
        CountingFactory.LOADS.set(0);
        try (SparkSession spark = LocalSpark.session(Map.of())) {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            List<float[]> vectors = files(spark)
                    .select("content")
                    .repartition(4)
                    .javaRDD()
                    .mapPartitions(new Predictions(context.broadcast(loader)))
                    .collect();
            assertThat(vectors).hasSize(expected.size() + 1).containsOnlyOnce((float[]) null);
            expected.forEach(vector ->
                    assertThat(vectors).anySatisfy(found -> assertThat(found).containsExactly(vector, TOLERANCE)));
        }
        assertThat(CountingFactory.LOADS).hasValue(1);
    }

    private record Predictions(Broadcast<Object> loader) implements FlatMapFunction<Iterator<Row>, float[]> {
        @Override
        @SuppressWarnings("unchecked")
        public Iterator<float[]> call(Iterator<Row> rows) throws Exception {
            List<byte[]> batch = new ArrayList<>();
            rows.forEachRemaining(row -> batch.add(row.getAs(0)));
            if (batch.isEmpty()) {
                return Collections.emptyIterator();
            }
            Object shared = loader.value();
            synchronized (shared) {
                Predictor<byte[], float[]> predictor = (Predictor<byte[], float[]>)
                        shared.getClass().getMethod("newPredictor").invoke(shared);
                return predictor.batchPredict(batch).iterator();
            }
        }
    }

    /** DJL asks for a translator at each load. */
    private static final class CountingFactory implements TranslatorFactory, Serializable {
        private static final long serialVersionUID = 1;
        private static final AtomicInteger LOADS = new AtomicInteger();
        private final ImageTranslatorFactory factory = new ImageTranslatorFactory(BadImages.NULL);

        @Override
        public Set<Pair<Type, Type>> getSupportedTypes() {
            return factory.getSupportedTypes();
        }

        @Override
        public <I, O> Translator<I, O> newInstance(
                Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
            LOADS.incrementAndGet();
            return factory.newInstance(input, output, model, arguments);
        }
    }

    private static boolean isThere() {
        try {
            Class.forName(PREDICTOR);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static void set(Transformer predictor, String name, Object value) {
        predictor.set(predictor.getParam(name), value);
    }

    /** The one array of an NPZ file. */
    private static float[] vector(byte[] npz) throws Exception {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(npz))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("pooler_output.npy");
            byte[] file = zip.readAllBytes();
            float[] values = new float[VALUES];
            ByteBuffer.wrap(file, file.length - 4 * VALUES, 4 * VALUES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            return values;
        }
    }
}
