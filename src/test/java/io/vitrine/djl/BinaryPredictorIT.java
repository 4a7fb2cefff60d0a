package io.vitrine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipInputStream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DJL's Spark extension runs an exported model. With the profile {@code djl-spark} only: the extension is no dependency. */
final class BinaryPredictorIT {
    private static final String PREDICTOR = "ai.djl.spark.task.binary.BinaryPredictor";
    private static final int VALUES = 96;

    @TempDir
    private Path folder;

    @Test
    void itGivesTheModelsVectors() throws Exception {
        assumeTrue(isThere(), "DJL's Spark extension is not on the class path: build with -Pdjl-spark");
        Path exported = folder.resolve("export");
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
        Path photos = Files.createDirectory(folder.resolve("photos"));
        List<float[]> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            byte[] picture = Pictures.drawn("png", 60 + 7 * i, 90 - 3 * i, i);
            Files.write(photos.resolve(i + ".png"), picture);
            expected.add(DirectInference.ofDemo(picture, Optional.empty(), "pooler_output"));
        }
        Files.writeString(photos.resolve("9.png"), "no picture");
        Transformer predictor =
                (Transformer) Class.forName(PREDICTOR).getConstructor().newInstance();
        set(predictor, "modelUrl", exported.toUri().toString());
        set(predictor, "engine", "OnnxRuntime");
        set(predictor, "inputCol", "content");
        set(predictor, "outputCol", "npz");
        set(predictor, "batchSize", 3);
        set(predictor, "translatorFactory", new ImageTranslatorFactory(BadImages.NULL));
        try (SparkSession spark = LocalSpark.session(Map.of())) {
            List<Row> rows = predictor
                    .transform(spark.read()
                            .format("binaryFile")
                            .load(photos.toString())
                            .orderBy("path"))
                    .select("npz")
                    .collectAsList();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(vector(rows.get(i).getAs(0))).containsExactly(expected.get(i), Offset.offset(5e-6f));
            }
            assertThat(rows.get(expected.size()).isNullAt(0)).isTrue();
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

    @SuppressWarnings("unchecked")
    private static void set(Transformer predictor, String name, Object value) {
        predictor.set((Param<Object>) predictor.getParam(name), value);
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
