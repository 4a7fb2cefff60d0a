package io.vitrine.testkit;

import io.vitrine.job.rows.FeatureSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** An output whose vectors a test chooses, with the files that a run of {@code jobs/extract} leaves. */
public final class SyntheticOutput {
    /** The column of vectors. */
    public static final String COLUMN = "image_embeds";

    /** The carried column. */
    public static final String LABELS = "class name";

    /**
     * A row.
     *
     * @param vector empty unless the status is ok
     * @param label in the carried column {@link #LABELS}; null if there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Image(String path, String status, float[] vector, String label) {
        Image(String path, String status, float[] vector) {
            this(path, status, vector, null);
        }

        /** The same image with a label. */
        public Image labelled(String text) {
            return new Image(path, status, vector, text);
        }

        /** An image with a vector. */
        public static Image ok(String path, float... vector) {
            return new Image(path, "ok", vector);
        }

        /** An image that is gone. */
        public static Image deleted(String path) {
            return new Image(path, "deleted", new float[0]);
        }
    }

    private final SparkSession spark;
    private final String folder;
    private final String fingerprint;
    private final int dimension;
    private int runs;

    /** An output that has no runs yet. */
    public SyntheticOutput(SparkSession spark, String folder, String fingerprint, int dimension) {
        this.spark = spark;
        this.folder = folder;
        this.fingerprint = fingerprint;
        this.dimension = dimension;
        text(
                "output.json",
                "{\"column " + COLUMN + "\": \"array<float> {\\\"dtype\\\":\\\"float32\\\",\\\"shape\\\":[" + dimension
                        + "],\\\"layout\\\":\\\"row-major\\\"}\", \"fingerprint\": \"" + fingerprint
                        + "\", \"format\": \"parquet\", \"head mask\": \"[]\", \"image size\": \"224x224\","
                        + " \"precision\": \"float32\", \"preprocessing\": \"none\", \"carried " + LABELS
                        + "\": \"string\"}");
    }

    /** The output's folder. */
    public String folder() {
        return folder;
    }

    /** Adds a finished run. */
    public SyntheticOutput run(List<Image> images) {
        String run = String.format(Locale.ROOT, "20260101T0000%02dZ-000000000000", ++runs);
        StructType schema = FeatureSchema.IMAGE
                .add(COLUMN, DataTypes.createArrayType(DataTypes.FloatType))
                .add(LABELS, DataTypes.StringType);
        List<Row> rows = new ArrayList<>();
        for (Image image : images) {
            rows.add(RowFactory.create(
                    image.path(),
                    image.status(),
                    null,
                    10L,
                    null,
                    null,
                    "png",
                    4,
                    4,
                    floats(image.vector()),
                    image.label()));
        }
        spark.createDataFrame(rows, schema).write().parquet(folder + "/run=" + run);
        text(
                run + ".json",
                "{\"run\": \"" + run + "\", \"model\": {\"location\": \"synthetic/model\", \"fingerprint\": \""
                        + fingerprint + "\"}}");
        return this;
    }

    private Float[] floats(float[] vector) {
        if (vector.length == 0) {
            return null;
        }
        Float[] boxed = new Float[dimension];
        for (int i = 0; i < dimension; i++) {
            boxed[i] = vector[i];
        }
        return boxed;
    }

    private void text(String name, String text) {
        Path file = new Path(folder + "/_vitrine/" + name);
        try {
            FileSystem fs = file.getFileSystem(spark.sessionState().newHadoopConf());
            try (FSDataOutputStream out = fs.create(file)) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
