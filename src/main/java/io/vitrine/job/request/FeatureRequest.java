package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Which features a run writes, and how.
 *
 * @param columns asked for, or empty for those of {@link #DEFAULT_COLUMNS} the checkpoint has
 * @param normalize whether vectors are divided by their L2 norm
 * @param topK classes in {@code top_k}
 * @param headMask as {@link HeadMaskParser} reads it, or null for none
 */
public record FeatureRequest(
        List<String> columns, MatrixEncoding encoding, boolean normalize, int topK, String headMask) {
    public static final List<String> DEFAULT_COLUMNS = List.of("pooler_output", "last_hidden_state");

    public static final int TOP_K = 5;

    public FeatureRequest {
        if (new LinkedHashSet<>(columns).size() != columns.size()) {
            throw new ConfigurationException("--columns names a column twice: " + String.join(",", columns));
        }
        if (topK < 1) {
            throw new ConfigurationException("--top-k is " + topK + ", but must be at least 1.");
        }
    }

    /** Columns as the model gives them. */
    public static FeatureRequest of(List<String> columns, MatrixEncoding encoding) {
        return new FeatureRequest(columns, encoding, false, TOP_K, null);
    }
}
