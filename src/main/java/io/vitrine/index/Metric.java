package io.vitrine.index;

import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.vitrine.L2Norm;
import io.vitrine.vectors.Distances;

/** How two vectors are compared. */
public enum Metric {
    /** The cosine of their angle, from -1 to 1; greater is nearer. The index holds vectors of norm 1. A vector of zeros scores 0. */
    COSINE(VectorSimilarityFunction.DOT_PRODUCT),
    /** Their dot product; greater is nearer. */
    DOT(VectorSimilarityFunction.DOT_PRODUCT),
    /** Their Euclidean distance, negated so that greater is nearer. */
    L2(VectorSimilarityFunction.EUCLIDEAN);

    private final VectorSimilarityFunction similarity;

    Metric(VectorSimilarityFunction similarity) {
        this.similarity = similarity;
    }

    VectorSimilarityFunction similarity() {
        return similarity;
    }

    /** The vector as the index holds it. May change {@code vector}. */
    float[] prepare(float[] vector) {
        return this == COSINE ? L2Norm.divide(vector) : vector;
    }

    /** The score of two prepared vectors, always the same for the same two vectors. */
    float score(float[] query, float[] vector) {
        return this == L2 ? (float) -Math.sqrt(Distances.squared(query, vector)) : Distances.dot(query, vector);
    }
}
