package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.web.WebSettings;
import java.util.Objects;
import java.util.Optional;

/**
 * A validated request for one run. Each component validates itself; the request checks what two of them must agree on.
 *
 * <pre>{@code
 * ExtractRequest request = ExtractRequest.builder()
 *         .input("s3a://bucket/photos")
 *         .model("google/vit-base-patch16-224-in21k")
 *         .output("s3a://bucket/features")
 *         .build();
 * }</pre>
 *
 * @param labelColumn a carried column of labels that a classifier's answers are compared with
 */
public record ExtractRequest(
        InputRequest input,
        ModelRequest model,
        Destination output,
        FeatureRequest features,
        ImageRequest images,
        TaskSettings tasks,
        RerunPolicy rerun,
        FailureLimit maxFailures,
        GpuOptions gpus,
        ReportPictures report,
        WebSettings web,
        Optional<String> labelColumn) {

    public ExtractRequest {
        if (rerun.missing() == RerunPolicy.Missing.MARK_DELETED && !input.isComplete()) {
            throw new ConfigurationException(
                    "--mark-deleted needs whole folders as --input: images that a list, a table, a glob or --include leaves out"
                            + " are not deleted. Leave it out, or give the folders.");
        }
        if (gpus.decodeOn() == GpuOptions.DecodeChoice.gpu) {
            requireGpuDecoding(images, tasks);
        }
    }

    private static void requireGpuDecoding(ImageRequest images, TaskSettings tasks) {
        if (images.decoding().jpegScaling() == JpegScaling.FAST) {
            throw new ConfigurationException(
                    "--decode-on gpu, but --decode fast: a GPU decodes JPEGs at their full size"
                            + " only. Use --decode exact, or --decode-on auto.");
        }
        if (tasks.isolation() == DecodeIsolation.PROCESS) {
            throw new ConfigurationException("--decode-on gpu, but --decode-isolation process decodes every image in a"
                    + " process of its own, on the CPU. Leave one of them out.");
        }
    }

    /** A request with every option at its default. Input, model and output must be given. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of this request. */
    public Builder toBuilder() {
        return builder()
                .input(input)
                .model(model)
                .output(output)
                .features(features)
                .images(images)
                .tasks(tasks)
                .rerun(rerun)
                .maxFailures(maxFailures)
                .gpus(gpus)
                .report(report)
                .web(web)
                .labelColumn(labelColumn);
    }

    /** Builds a request. */
    public static final class Builder {
        private InputRequest input;
        private ModelRequest model;
        private Destination output;
        private FeatureRequest features = FeatureRequest.builder().build();
        private ImageRequest images = ImageRequest.DEFAULT;
        private TaskSettings tasks = TaskSettings.DEFAULT;
        private RerunPolicy rerun = RerunPolicy.DEFAULT;
        private FailureLimit maxFailures = FailureLimit.DEFAULT;
        private GpuOptions gpus = GpuOptions.NONE;
        private ReportPictures report = ReportPictures.NONE;
        private WebSettings web = WebSettings.DEFAULT;
        private Optional<String> labelColumn = Optional.empty();

        private Builder() {}

        /** Folders, globs and single files. */
        public Builder input(String... places) {
            return input(InputRequest.under(places));
        }

        public Builder input(InputRequest request) {
            this.input = request;
            return this;
        }

        /** A checkpoint: a folder, local or on shared storage, or a name on the Hub. */
        public Builder model(String location) {
            return model(ModelRequest.of(location));
        }

        public Builder model(ModelRequest request) {
            this.model = request;
            return this;
        }

        /** A folder for Parquet files. */
        public Builder output(String folder) {
            return output(Destination.parquet(folder));
        }

        public Builder output(Destination destination) {
            this.output = destination;
            return this;
        }

        /** The feature columns to write, in their default encodings. */
        public Builder columns(String... names) {
            return features(FeatureRequest.builder().columns(names).build());
        }

        public Builder features(FeatureRequest request) {
            this.features = request;
            return this;
        }

        public Builder images(ImageRequest request) {
            this.images = request;
            return this;
        }

        public Builder tasks(TaskSettings settings) {
            this.tasks = settings;
            return this;
        }

        public Builder rerun(RerunPolicy policy) {
            this.rerun = policy;
            return this;
        }

        /** How many images may fail before the run does. */
        public Builder maxFailures(FailureLimit limit) {
            this.maxFailures = limit;
            return this;
        }

        public Builder gpus(GpuOptions options) {
            this.gpus = options;
            return this;
        }

        public Builder report(ReportPictures pictures) {
            this.report = pictures;
            return this;
        }

        /** How images are fetched from the web addresses of a list. */
        public Builder web(WebSettings settings) {
            this.web = settings;
            return this;
        }

        /** The column of the list or table that holds each image's class, to report accuracy and loss of a classifier. */
        public Builder labelColumn(String name) {
            return labelColumn(Optional.of(name));
        }

        public Builder labelColumn(Optional<String> name) {
            this.labelColumn = name;
            return this;
        }

        /** @throws ConfigurationException if something is missing, or two options exclude each other */
        public ExtractRequest build() {
            require(input, "an input (--input, --input-list or --input-table)");
            require(model, "a model (--model)");
            require(output, "an output (--output)");
            return new ExtractRequest(
                    input, model, output, features, images, tasks, rerun, maxFailures, gpus, report, web, labelColumn);
        }

        private static void require(Object part, String name) {
            if (Objects.isNull(part)) {
                throw new ConfigurationException("The request lacks " + name + ".");
            }
        }
    }
}
