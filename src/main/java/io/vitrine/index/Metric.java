package io.vitrine.index;

import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.vitrine.L2Norm;

/** How two vectors are compared. */
public enum Metric {
    /** The cosine of their angle, from -1 to 1; greater is nearer. The index holds vectors of norm 1. A vector of zeros scores 0. */
    COSINE(VectorSimilarityFunction.DOT_PRODUCT),
    /** Their dot product; greater is nearer. */
    DOT(VectorSimilarityFunction.DOT_PRODUCT),
    /** Their Euclidean distance, negated so that greater is nearer. */
    L2(VectorSimilarityFunction.EUCLIDEAN);

    /** The greatest norm of a vector. */
    static final double MOST_NORM = 1e18;

    private final VectorSimilarityFunction similarity;

    Metric(VectorSimilarityFunction similarity) {
        this.similarity = similarity;
    }

    /** The scores that a graph of prepared vectors is built by. */
    BuildScoreProvider buildScores(BuildVectors vectors) {
        return this == DOT ? new DotScores(vectors) : BuildScoreProvider.randomAccessScoreProvider(vectors, similarity);
    }

    /** The scores that a graph is searched by, in the order of {@link #score}. */
    SearchScoreProvider searchScores(VectorFloat<?> query, RandomAccessVectorValues vectors) {
        SearchScoreProvider scores = DefaultSearchScoreProvider.exact(query, similarity, vectors);
        return this == DOT ? DotScores.positive(scores) : scores;
    }

    /** The vector as the index holds it. May change {@code vector}. */
    float[] prepare(float[] vector) {
        return this == COSINE ? L2Norm.divide(vector) : vector;
    }

    /**
     * Whether scores of a prepared vector are finite: with every other such vector, products and distances stay far below the greatest
     * float (3.4e38).
     */
    boolean isInRange(float[] prepared) {
        double squares = 0;
        for (float value : prepared) {
            squares += (double) value * value;
        }
        return squares <= MOST_NORM * MOST_NORM;
    }

    /** The score of two prepared vectors, always the same for the same two vectors. */
    float score(float[] query, float[] vector) {
        return this == L2
                ? (float) (0 - Math.sqrt(Distances.squared(query, vector))) // 0 for equal vectors, not -0
                : Distances.dot(query, vector);
    }
}
