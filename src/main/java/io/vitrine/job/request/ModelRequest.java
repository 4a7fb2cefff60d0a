package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import io.vitrine.LocationSecrets;
import io.vitrine.Size;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.graph.Precision;
import io.vitrine.inference.InferenceEngine;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which model a run uses, and how.
 *
 * @param location a folder, local or on shared storage, or a name on the Hub
 * @param imageSize another input size than the checkpoint's, in pixels
 * @param engine the library that runs the model; chosen by precision and CPU if empty
 * @param precision the number format of the computation; fp32 if empty
 * @param cache the folder where each host keeps copies and conversions of checkpoints
 */
public record ModelRequest(
        String location,
        Optional<Size> imageSize,
        Optional<InferenceEngine> engine,
        Optional<Precision> precision,
        Path cache) {
    /** The longest side of an input image, in pixels. */
    private static final int MAX_SIDE = 8192;

    public ModelRequest {
        LocationSecrets.requireNone("--model", location);
        imageSize.ifPresent(size -> {
            if (Math.max(size.height(), size.width()) > MAX_SIDE) {
                throw new ConfigurationException(
                        "--image-size is " + size + ", but a side can be at most " + MAX_SIDE + ".");
            }
        });
    }

    /** A checkpoint with its own image size, in fp32. */
    public static ModelRequest of(String location) {
        return builder(location).build();
    }

    public static Builder builder(String location) {
        return new Builder(location);
    }

    /** Builds a model request. */
    public static final class Builder {
        private final String location;
        private Optional<Size> imageSize = Optional.empty();
        private Optional<InferenceEngine> engine = Optional.empty();
        private Optional<Precision> precision = Optional.empty();
        private Path cache = ModelFileCache.DEFAULT;

        private Builder(String location) {
            this.location = location;
        }

        public Builder imageSize(Size size) {
            return imageSize(Optional.of(size));
        }

        public Builder imageSize(Optional<Size> size) {
            this.imageSize = size;
            return this;
        }

        public Builder engine(InferenceEngine choice) {
            return engine(Optional.of(choice));
        }

        public Builder engine(Optional<InferenceEngine> choice) {
            this.engine = choice;
            return this;
        }

        public Builder precision(Precision choice) {
            return precision(Optional.of(choice));
        }

        public Builder precision(Optional<Precision> choice) {
            this.precision = choice;
            return this;
        }

        public Builder cache(Path folder) {
            this.cache = folder;
            return this;
        }

        public ModelRequest build() {
            return new ModelRequest(location, imageSize, engine, precision, cache);
        }
    }
}
