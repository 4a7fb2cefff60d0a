package io.vitrine.ml;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.job.plan.FeaturePlan;
import io.vitrine.spark.ClassicSession;
import io.vitrine.spark.RunningSpark;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Adds the features of a column of images, as a stage of Spark ML's pipelines. The numbers are those that {@code jobs/extract}
 * writes. Rows keep their order and their other columns. An image that can't be decoded has null features, and its status and error
 * say why, in the words of the job.
 *
 * <pre>{@code
 * Dataset<Row> photos = spark.read().format("binaryFile").load("s3a://bucket/photos");
 * Dataset<Row> rows = new VitFeatureExtractor()
 *         .setModel("google/vit-base-patch16-224-in21k")
 *         .setInputCol("content")
 *         .setOutputCol("features")
 *         .transform(photos);
 * }</pre>
 *
 * <p>Each executor loads the model once, whatever the number of its tasks. Nothing runs before an action.
 */
public final class VitFeatureExtractor extends VitParams implements DefaultParamsWritable {
    private static final long serialVersionUID = 1;

    private transient FeaturePlan plan; // of plannedRequest; reading a checkpoint takes time
    private transient EmbedRequest plannedRequest;

    /** An extractor with a random name. */
    public VitFeatureExtractor() {
        this(Identifiable.randomUID("vitFeatures"));
    }

    /** @param uid unique among the stages of a pipeline */
    public VitFeatureExtractor(String uid) {
        super(uid);
        RunningSpark.requireFitting();
    }

    /** Reads what {@link #save} wrote. Pipelines call this. */
    public static MLReader<VitFeatureExtractor> read() {
        return new DefaultParamsReader<>();
    }

    /** Reads the extractor that {@link #save} wrote to {@code path}. */
    public static VitFeatureExtractor load(String path) {
        return read().load(path);
    }

    /** The column of images: files as binary, their paths as string, or structs of {@code bytes} and {@code path}. */
    public VitFeatureExtractor setInputCol(String name) {
        return (VitFeatureExtractor) set(inputCol(), name);
    }

    /** The name of the feature column, where {@link #setColumns} asks for one. */
    public VitFeatureExtractor setOutputCol(String name) {
        return (VitFeatureExtractor) set(outputCol(), name);
    }

    /** The names of the feature columns, in the order of {@link #setColumns}. */
    public VitFeatureExtractor setOutputCols(String... names) {
        return (VitFeatureExtractor) set(outputCols(), names);
    }

    public VitFeatureExtractor setStatusCol(String name) {
        return (VitFeatureExtractor) set(statusCol(), name);
    }

    public VitFeatureExtractor setErrorCol(String name) {
        return (VitFeatureExtractor) set(errorCol(), name);
    }

    /** The checkpoint: a folder, local or on shared storage, or a name on the Hub. */
    public VitFeatureExtractor setModel(String location) {
        return (VitFeatureExtractor) set(model(), location);
    }

    /** The fingerprint that the checkpoint must have, as in an output's {@code _vitrine/output.json}. */
    public VitFeatureExtractor setFingerprint(String hex) {
        return (VitFeatureExtractor) set(fingerprint(), hex);
    }

    /** {@link #setModel}, by the name that DJL's Spark extension has for it. */
    public VitFeatureExtractor setModelUrl(String location) {
        return setModel(location);
    }

    /** The features, named as for {@code jobs/extract}. By default one vector per image. */
    public VitFeatureExtractor setColumns(String... names) {
        return (VitFeatureExtractor) set(columns(), names);
    }

    /** {@code vector} for Spark ML's vectors, {@code array} for arrays of floats. */
    public VitFeatureExtractor setVectorForm(String form) {
        return (VitFeatureExtractor) set(vectorForm(), form);
    }

    /** Another image size than the checkpoint's: {@code N} or {@code HxW}, in pixels. */
    public VitFeatureExtractor setImageSize(String size) {
        return (VitFeatureExtractor) set(imageSize(), size);
    }

    public VitFeatureExtractor setEngine(String name) {
        return (VitFeatureExtractor) set(engine(), name);
    }

    public VitFeatureExtractor setPrecision(String name) {
        return (VitFeatureExtractor) set(precision(), name);
    }

    /** {@code cpu}, {@code gpu}, or {@code auto}: a GPU where Spark gives tasks one. */
    public VitFeatureExtractor setDevice(String name) {
        return (VitFeatureExtractor) set(device(), name);
    }

    /** Images per model call; 0 to choose by memory. */
    public VitFeatureExtractor setBatchSize(int images) {
        return (VitFeatureExtractor) set(batchSize(), images);
    }

    /** Whether vectors are divided by their L2 norm. */
    public VitFeatureExtractor setNormalize(boolean l2) {
        return (VitFeatureExtractor) set(normalize(), l2);
    }

    /** {@code apply} or {@code ignore}. */
    public VitFeatureExtractor setExif(String what) {
        return (VitFeatureExtractor) set(exif(), what);
    }

    /** The folder where each host keeps copies and conversions of checkpoints. */
    public VitFeatureExtractor setCache(String folder) {
        return (VitFeatureExtractor) set(cache(), folder);
    }

    /** {@link #transform}, by the name that DJL's Spark extension has for it. */
    public Dataset<Row> embed(Dataset<?> images) {
        return transform(images);
    }

    /**
     * Adds the columns.
     *
     * @throws io.vitrine.VitrineException if a parameter, the checkpoint or the column can't be used
     */
    @Override
    public Dataset<Row> transform(Dataset<?> images) {
        SparkSession spark = images.sparkSession();
        FeaturePlan features = plan(spark.sessionState().newHadoopConf());
        OutputNames names = names(features);
        names.requireNew(images.schema());
        Embedding embedding = Embedding.of(spark, plannedRequest, features);
        EmbedColumns columns = EmbedColumns.of(
                ClassicSession.plan(images),
                ClassicSession.column(images, of(inputCol())),
                of(inputCol()),
                embedding,
                spark);
        return ClassicSession.frame(spark, columns.named(names));
    }

    /**
     * The columns of the transformed rows. Reads the checkpoint.
     *
     * @throws io.vitrine.VitrineException as {@link #transform}
     */
    @Override
    public StructType transformSchema(StructType schema) {
        Configuration hadoop = hadoop();
        FeaturePlan features = plan(hadoop);
        OutputNames names = names(features);
        names.requireNew(schema);
        ImageForm.of(of(inputCol()), OutputNames.typeOf(schema, of(inputCol())), CanonicalPaths.ofFullPaths(hadoop));
        StructType all = schema;
        for (StructField field : names.fields()) {
            all = all.add(field);
        }
        return all;
    }

    private OutputNames names(FeaturePlan features) {
        List<StructField> fields = EmbedColumns.fields(Embedding.features(features), plannedRequest.form());
        return OutputNames.of(fields, List.of(of(outputCols())), of(outputCol()), of(statusCol()), of(errorCol()));
    }

    private static Configuration hadoop() {
        Option<SparkSession> spark = SparkSession.getActiveSession();
        return spark.isDefined() ? spark.get().sessionState().newHadoopConf() : new Configuration();
    }

    private synchronized FeaturePlan plan(Configuration hadoop) {
        if (!isSet(model())) {
            throw new ConfigurationException("No checkpoint is set. Call setModel with a folder or a name on the Hub.");
        }
        EmbedRequest request = request();
        if (!request.equals(plannedRequest) || !plan.isCurrent()) {
            FeaturePlan found = KnownPlans.of(request, hadoop);
            requireFingerprint(found);
            plan = found;
            plannedRequest = request;
        }
        return plan;
    }

    private void requireFingerprint(FeaturePlan found) {
        String expected = of(fingerprint());
        if (!expected.isEmpty() && !expected.equals(found.fingerprint())) {
            throw new ConfigurationException("The checkpoint " + of(model()) + " has the fingerprint "
                    + found.fingerprint() + ", but " + expected + " is expected: its features would be others. Call"
                    + " setModel with the place of the right one.");
        }
    }

    @Override
    public VitFeatureExtractor copy(ParamMap extra) {
        return defaultCopy(extra);
    }
}
