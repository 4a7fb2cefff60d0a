package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Which features a run writes, and how.
 *
 * @param columns the columns to write; if empty, those of {@link #DEFAULT_COLUMNS} that the checkpoint has
 * @param encoding of matrices, such as {@code last_hidden_state}
 * @param norm what vectors are divided by
 * @param topK classes in {@code top_k}
 * @param headMask text that {@link HeadMaskParser} reads
 */
public record FeatureRequest(
        List<String> columns, MatrixEncoding encoding, Norm norm, int topK, Optional<String> headMask) {
    public static final List<String> DEFAULT_COLUMNS = List.of("pooler_output", "image_embeds", "last_hidden_state");

    public static final int DEFAULT_TOP_K = 5;

    /** What vectors are divided by. */
    public enum Norm {
        NONE,
        L2
    }

    public FeatureRequest {
        if (new LinkedHashSet<>(columns).size() != columns.size()) {
            throw new ConfigurationException("--columns names a column twice: " + String.join(",", columns));
        }
        Checks.requireAtLeast("--top-k", topK, 1);
        columns = List.copyOf(columns);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Builds a feature request. */
    public static final class Builder {
        private List<String> columns = List.of();
        private MatrixEncoding encoding = MatrixEncoding.BINARY_FLOAT32;
        private Norm norm = Norm.NONE;
        private int topK = DEFAULT_TOP_K;
        private Optional<String> headMask = Optional.empty();

        private Builder() {}

        public Builder columns(String... names) {
            return columns(List.of(names));
        }

        public Builder columns(List<String> names) {
            this.columns = names;
            return this;
        }

        public Builder encoding(MatrixEncoding choice) {
            this.encoding = choice;
            return this;
        }

        public Builder norm(Norm choice) {
            this.norm = choice;
            return this;
        }

        public Builder topK(int classes) {
            this.topK = classes;
            return this;
        }

        /** A mask as {@link HeadMaskParser} reads it. */
        public Builder headMask(String text) {
            return headMask(Optional.of(text));
        }

        public Builder headMask(Optional<String> text) {
            this.headMask = text;
            return this;
        }

        public FeatureRequest build() {
            return new FeatureRequest(columns, encoding, norm, topK, headMask);
        }
    }
}
