package io.vitrine.graph;

/** Which of the four projections of self-attention add a bias. */
enum ProjectionBiases {
    /** Query, key, value and output. */
    ALL,
    /** Query, value and output. */
    ALL_BUT_KEY,
    /** The output projection alone: {@code "qkv_bias": false} in config.json. */
    OUTPUT_ONLY;

    boolean onQueryAndValue() {
        return this != OUTPUT_ONLY;
    }

    boolean onKey() {
        return this == ALL;
    }
}
