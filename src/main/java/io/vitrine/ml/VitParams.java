package io.vitrine.ml;

import io.vitrine.image.decode.ImageLimits;
import io.vitrine.job.request.TaskSettings;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;

/** The parameters of {@link VitFeatureExtractor}. A name of a choice is written as on the command line. */
public abstract class VitParams extends Transformer {
    private static final long serialVersionUID = 1;
    private static final String[] NO_NAMES = {};

    private final String uid;
    private final Param<String> inputCol;
    private final Param<String> outputCol;
    private final StringArrayParam outputCols;
    private final Param<String> statusCol;
    private final Param<String> errorCol;
    private final Param<String> model;
    private final Param<String> fingerprint;
    private final StringArrayParam columns;
    private final Param<String> vectorForm;
    private final Param<String> imageSize;
    private final Param<String> engine;
    private final Param<String> precision;
    private final Param<String> device;
    private final IntParam batchSize;
    private final BooleanParam normalize;
    private final Param<String> exif;
    private final Param<String> jpegDecode;
    private final Param<String> heic;
    private final LongParam maxImageBytes;
    private final LongParam maxPixels;
    private final LongParam imageTimeout;
    private final Param<String> decodeIsolation;
    private final Param<String> cache;

    /** @param uid unique among the stages of a pipeline */
    protected VitParams(String uid) {
        this.uid = uid;
        inputCol = text(
                "inputCol",
                "column of images: files as binary, their paths as string, or structs of 'bytes' and 'path'");
        outputCol = text("outputCol", "name of the feature column, where there is one");
        outputCols = new StringArrayParam(this, "outputCols", "names of the feature columns, where there are several");
        statusCol = text("statusCol", "name of the column that says ok, or why an image has no features");
        errorCol = text("errorCol", "name of the column with the reason in words");
        model = text("model", "checkpoint: a folder, local or on shared storage, or a name on the Hub");
        fingerprint = text("fingerprint", "of the checkpoint; another one is refused; empty for any");
        columns = new StringArrayParam(this, "columns", "features, named as for jobs/extract");
        vectorForm =
                choice("vectorForm", "type of vectors: vector (Spark ML's) or array (of floats)", "vector", "array");
        imageSize =
                text("imageSize", "another image size than the checkpoint's: N or HxW, in pixels; empty for its own");
        engine = choice("engine", "library that runs the model", "auto", "onnxruntime", "pytorch");
        precision = choice("precision", "number format of the computation", "fp32", "bf16", "fp16", "int8");
        device = choice("device", "where the model runs", "auto", "cpu", "gpu");
        batchSize = new IntParam(
                this, "batchSize", "images per model call; 0 to choose by memory", ParamValidators.gtEq(0));
        normalize = new BooleanParam(this, "normalize", "whether vectors are divided by their L2 norm");
        exif = choice("exif", "EXIF orientation", "apply", "ignore");
        jpegDecode = choice("jpegDecode", "exact, or fast: large JPEGs at a fraction of their size", "exact", "fast");
        heic = choice("heic", "HEIC images", "skip", "decode");
        maxImageBytes = new LongParam(this, "maxImageBytes", "larger files fail", ParamValidators.gtEq(1));
        maxPixels = new LongParam(this, "maxPixels", "images with more pixels fail", ParamValidators.gtEq(1));
        imageTimeout = new LongParam(
                this,
                "imageTimeout",
                "seconds that one image may take to decode; 0 for no limit",
                ParamValidators.gtEq(0));
        decodeIsolation = choice("decodeIsolation", "where images are decoded", "auto", "process", "none");
        cache = text("cache", "folder where each host keeps copies and conversions of checkpoints");
        setDefaults();
    }

    private void setDefaults() {
        setDefault(inputCol, "content");
        setDefault(outputCol, "features");
        setDefault(outputCols, NO_NAMES);
        setDefault(statusCol, "status");
        setDefault(errorCol, "error");
        setDefault(fingerprint, "");
        setDefault(columns, NO_NAMES);
        setDefault(vectorForm, "vector");
        setDefault(imageSize, "");
        setDefault(engine, "auto");
        setDefault(precision, "fp32");
        setDefault(device, "auto");
        setDefault(batchSize, 0);
        setDefault(normalize, false);
        setDefault(exif, "apply");
        setDefault(jpegDecode, "exact");
        setDefault(heic, "skip");
        setDefault(maxImageBytes, ImageLimits.DEFAULT_MAX_BYTES);
        setDefault(maxPixels, ImageLimits.DEFAULT_MAX_PIXELS);
        setDefault(imageTimeout, TaskSettings.DEFAULT_IMAGE_TIMEOUT.toSeconds());
        setDefault(decodeIsolation, "auto");
        setDefault(cache, "");
    }

    private Param<String> text(String name, String description) {
        return new Param<>(this, name, description);
    }

    private Param<String> choice(String name, String description, String... values) {
        return new Param<>(this, name, description + ": " + String.join(", ", values), ParamValidators.inArray(values));
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> inputCol() {
        return inputCol;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    public StringArrayParam outputCols() {
        return outputCols;
    }

    public Param<String> statusCol() {
        return statusCol;
    }

    public Param<String> errorCol() {
        return errorCol;
    }

    public Param<String> model() {
        return model;
    }

    public Param<String> fingerprint() {
        return fingerprint;
    }

    public StringArrayParam columns() {
        return columns;
    }

    public Param<String> vectorForm() {
        return vectorForm;
    }

    public Param<String> imageSize() {
        return imageSize;
    }

    public Param<String> engine() {
        return engine;
    }

    public Param<String> precision() {
        return precision;
    }

    public Param<String> device() {
        return device;
    }

    public IntParam batchSize() {
        return batchSize;
    }

    public BooleanParam normalize() {
        return normalize;
    }

    public Param<String> exif() {
        return exif;
    }

    public Param<String> jpegDecode() {
        return jpegDecode;
    }

    public Param<String> heic() {
        return heic;
    }

    public LongParam maxImageBytes() {
        return maxImageBytes;
    }

    public LongParam maxPixels() {
        return maxPixels;
    }

    public LongParam imageTimeout() {
        return imageTimeout;
    }

    public Param<String> decodeIsolation() {
        return decodeIsolation;
    }

    public Param<String> cache() {
        return cache;
    }

    /** The parameters as a request. */
    EmbedRequest request() {
        return new ParamRequests(this).request();
    }

    /** A parameter's value, set or by default. */
    final <T> T of(Param<T> param) {
        return getOrDefault(param);
    }
}
