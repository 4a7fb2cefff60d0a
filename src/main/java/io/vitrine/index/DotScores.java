package io.vitrine.index;

import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorUtil;
import io.github.jbellis.jvector.vector.types.VectorFloat;

/**
 * The scores of a graph for dot products of vectors of any norm. By the products themselves all vectors would be neighbours of the
 * longest ones, and those that point away from the rest of none. So the graph is built by distances: an additional element lifts every
 * vector onto the sphere of the longest, where the nearest to a query are those of the greatest product.
 */
final class DotScores implements BuildScoreProvider {
    private static final float LEAST_KEPT = 0.25f;

    private final BuildScoreProvider distances;
    private final float[] heights; // (vectors), the additional elements
    private final double squaredRadius;

    DotScores(BuildVectors vectors) {
        this.distances = BuildScoreProvider.randomAccessScoreProvider(vectors, VectorSimilarityFunction.EUCLIDEAN);
        double most = 0;
        for (int i = 0; i < vectors.size(); i++) {
            most = Math.max(most, squaredNorm(vectors.getVector(i)));
        }
        this.squaredRadius = most;
        this.heights = new float[vectors.size()];
        for (int i = 0; i < heights.length; i++) {
            heights[i] = height(vectors.getVector(i));
        }
    }

    private static double squaredNorm(VectorFloat<?> vector) {
        return VectorUtil.dotProduct(vector, vector);
    }

    private float height(VectorFloat<?> vector) {
        return (float) Math.sqrt(Math.max(0, squaredRadius - squaredNorm(vector)));
    }

    private SearchScoreProvider lifted(ScoreFunction function, float height) {
        return new DefaultSearchScoreProvider(liftedFunction(function, height));
    }

    private ScoreFunction.ExactScoreFunction liftedFunction(ScoreFunction function, float height) {
        return ordinal -> {
            float squared = 1 / function.similarityTo(ordinal) - 1; // JVector's score is 1 / (1 + squared distance)
            float difference = heights[ordinal] - height;
            return 1 / (1 + squared + difference * difference);
        };
    }

    /**
     * The scores that such a graph is searched by: products, in their order. JVector scores a product as half of 1 + dot, and drops
     * what has a score below 0.
     */
    static SearchScoreProvider positive(SearchScoreProvider products) {
        ScoreFunction function = products.scoreFunction();
        ScoreFunction.ExactScoreFunction positive = ordinal -> positive(function.similarityTo(ordinal));
        return new DefaultSearchScoreProvider(positive);
    }

    /** A score of {@value #LEAST_KEPT} and more as it is; a lesser one on a hyperbola that meets it there with the same slope. */
    static float positive(float score) {
        return score >= LEAST_KEPT ? score : LEAST_KEPT * LEAST_KEPT / (2 * LEAST_KEPT - score);
    }

    @Override
    public boolean isExact() {
        return true;
    }

    @Override
    public VectorFloat<?> approximateCentroid() {
        return distances.approximateCentroid();
    }

    @Override
    public SearchScoreProvider searchProviderFor(VectorFloat<?> vector) {
        return lifted(distances.searchProviderFor(vector).scoreFunction(), height(vector));
    }

    @Override
    public SearchScoreProvider searchProviderFor(int ordinal) {
        return lifted(distances.searchProviderFor(ordinal).scoreFunction(), heights[ordinal]);
    }

    @Override
    public SearchScoreProvider diversityProviderFor(int ordinal) {
        return lifted(distances.diversityProviderFor(ordinal).scoreFunction(), heights[ordinal]);
    }

    @Override
    public ScoreFunction diversityScoreFunctionFor(int ordinal) {
        return liftedFunction(distances.diversityScoreFunctionFor(ordinal), heights[ordinal]);
    }
}
