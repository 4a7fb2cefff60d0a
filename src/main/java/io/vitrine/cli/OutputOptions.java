package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.job.request.ReportPictures;
import io.vitrine.table.OutputFormat;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which features a run writes, where, and in which form. */
@Section("Output")
final class OutputOptions {
    /** The form of matrices. */
    enum HiddenState {
        binary,
        array
    }

    /** The element type of binary columns. */
    enum FeatureDtype {
        float32,
        float16
    }

    /** The norms that vectors can be divided by. */
    enum VectorNorm {
        l2
    }

    @Brief("A folder for the features")
    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            required = true,
            description = "Where the features go: FOLDER/run=<id>/part-*.parquet, and the run's record in"
                    + " FOLDER/_vitrine.")
    private String output;

    @Brief("parquet, delta or iceberg")
    @Option(
            names = "--output-format",
            paramLabel = "FORMAT",
            defaultValue = "parquet",
            description =
                    "parquet; or delta or iceberg, if the class path has them: FOLDER is then such a table, with the"
                            + " run as a column.")
    private OutputFormat outputFormat;

    @Brief("Features: pooler_output, last_hidden_state, cls, ...")
    @Option(
            names = "--columns",
            paramLabel = "NAME",
            split = ",",
            description = "Features to write: pooler_output, image_embeds (of CLIP and SigLIP, in the space of texts),"
                    + " last_hidden_state, cls (the first token), mean (of the patches),"
                    + " hidden_states and attentions (of all layers, or .N of one), logits, label, label_score,"
                    + " top_k. Default: those of the first three that the checkpoint has.")
    private List<String> columns = List.of();

    @Option(
            names = "--hidden-state",
            paramLabel = "FORM",
            defaultValue = "binary",
            description =
                    "The form of matrices: binary (little-endian; shape and dtype are in the metadata) or array (a"
                            + " flat array<float>). Vectors are always array<float>.")
    private HiddenState hiddenState;

    @Brief("float32 or float16 elements of binary columns")
    @Option(
            names = "--feature-dtype",
            paramLabel = "DTYPE",
            defaultValue = "float32",
            description = "The element type of binary columns: float32, or float16 for half the size (images with"
                    + " values beyond 65,504 become rows of status non_finite).")
    private FeatureDtype dtype;

    @Option(
            names = "--normalize",
            paramLabel = "NORM",
            description = "Divide vectors (pooler_output, image_embeds, cls, mean) by their norm: l2.")
    private VectorNorm normalize;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "" + FeatureRequest.DEFAULT_TOP_K,
            description = "The number of classes in the column top_k.")
    private int topK;

    @Option(
            names = "--head-mask",
            paramLabel = "JSON|FILE",
            description = "Factors for the weights of each attention head: [[1, 0, ...], ...] by layer and head, or one"
                    + " row for all layers.")
    private String headMask;

    @Option(
            names = "--report-pictures",
            description =
                    "Show small pictures of a few images in the run's report. Left out by default: a picture there is a"
                            + " copy that the storage's access rules do not protect.")
    private boolean reportPictures;

    ReportPictures report() {
        return reportPictures ? ReportPictures.THUMBNAILS : ReportPictures.NONE;
    }

    Destination destination() {
        return new Destination(output, outputFormat);
    }

    /** @throws ConfigurationException if two of the options exclude each other */
    FeatureRequest features() {
        return FeatureRequest.builder()
                .columns(columns)
                .encoding(encoding())
                .norm(normalize == null ? FeatureRequest.Norm.NONE : FeatureRequest.Norm.L2)
                .topK(topK)
                .headMask(Optional.ofNullable(headMask))
                .build();
    }

    private MatrixEncoding encoding() {
        if (hiddenState == HiddenState.binary) {
            return dtype == FeatureDtype.float16 ? MatrixEncoding.BINARY_FLOAT16 : MatrixEncoding.BINARY_FLOAT32;
        }
        if (dtype == FeatureDtype.float16) {
            throw new ConfigurationException("--feature-dtype float16 is for --hidden-state binary: arrays are float32."
                    + " Leave one of the two out.");
        }
        return MatrixEncoding.ARRAY;
    }
}
