package io.vitrine.probe;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.ModelFileCache;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a probe is asked for, validated.
 *
 * @param features an output of {@code jobs/extract}
 * @param column its column of vectors
 * @param labelColumn a column that it carries
 * @param output a folder for the probe
 * @param existing what happens with an earlier probe there
 * @param holdout the share of each class's images that judges, from 0 to 1, both excluded
 * @param seed another one divides the images otherwise
 * @param regularization L2 penalties to try, on standardised features; the best on a part of the training images is taken
 * @param iterations of the optimizer at most
 * @param model another place of the checkpoint than where the features were made with it
 * @param cache where this host keeps copies and conversions of checkpoints
 */
public record ProbeRequest(
        String features,
        String column,
        String labelColumn,
        String output,
        Existing existing,
        double holdout,
        long seed,
        List<Double> regularization,
        int iterations,
        Optional<String> model,
        Path cache) {
    public static final double DEFAULT_HOLDOUT = 0.2;
    public static final List<Double> DEFAULT_REGULARIZATION = List.of(0.0001, 0.001, 0.01, 0.1);
    public static final int DEFAULT_ITERATIONS = 200;
    private static final int MAX_PENALTIES = 20;

    /** What happens with an earlier probe. */
    public enum Existing {
        REFUSE,
        OVERWRITE
    }

    public ProbeRequest {
        if (!(holdout > 0 && holdout < 1)) {
            throw new ConfigurationException("--holdout must be between 0 and 1, such as 0.2, not " + holdout + ".");
        }
        if (regularization.isEmpty() || regularization.size() > MAX_PENALTIES) {
            throw new ConfigurationException("--regularization takes 1 to " + MAX_PENALTIES + " penalties, not "
                    + regularization.size() + ", such as 0.001,0.01.");
        }
        for (double penalty : regularization) {
            if (!(penalty >= 0 && penalty < Double.POSITIVE_INFINITY)) {
                throw new ConfigurationException("--regularization must be 0 or more, not " + penalty + ".");
            }
        }
        if (iterations < 1) {
            throw new ConfigurationException("--iterations must be at least 1, not " + iterations + ".");
        }
        regularization = List.copyOf(regularization);
    }

    /** A request with every option at its default. */
    public static Builder builder(String features, String column, String labelColumn, String output) {
        return new Builder(features, column, labelColumn, output);
    }

    /** Builds a request. */
    public static final class Builder {
        private final String features;
        private final String column;
        private final String labelColumn;
        private final String output;
        private Existing existing = Existing.REFUSE;
        private double holdout = DEFAULT_HOLDOUT;
        private long seed;
        private List<Double> regularization = DEFAULT_REGULARIZATION;
        private int iterations = DEFAULT_ITERATIONS;
        private Optional<String> model = Optional.empty();
        private Path cache = ModelFileCache.DEFAULT;

        private Builder(String features, String column, String labelColumn, String output) {
            this.features = features;
            this.column = column;
            this.labelColumn = labelColumn;
            this.output = output;
        }

        public Builder existing(Existing what) {
            this.existing = what;
            return this;
        }

        public Builder holdout(double share) {
            this.holdout = share;
            return this;
        }

        public Builder seed(long number) {
            this.seed = number;
            return this;
        }

        public Builder regularization(List<Double> penalties) {
            this.regularization = penalties;
            return this;
        }

        public Builder iterations(int most) {
            this.iterations = most;
            return this;
        }

        public Builder model(Optional<String> location) {
            this.model = location;
            return this;
        }

        public Builder cache(Path folder) {
            this.cache = folder;
            return this;
        }

        public ProbeRequest build() {
            return new ProbeRequest(
                    features,
                    column,
                    labelColumn,
                    output,
                    existing,
                    holdout,
                    seed,
                    regularization,
                    iterations,
                    model,
                    cache);
        }
    }
}
