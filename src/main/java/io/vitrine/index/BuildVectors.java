package io.vitrine.index;

import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;

/** Mapped vectors as JVector reads them. Each call gives a vector of its own, so that threads may share one object. */
final class BuildVectors implements RandomAccessVectorValues {
    private static final VectorTypeSupport TYPES =
            VectorizationProvider.getInstance().getVectorTypeSupport();

    private final MappedVectors vectors;

    BuildVectors(MappedVectors vectors) {
        this.vectors = vectors;
    }

    /** A vector that shares {@code values}. */
    static VectorFloat<?> of(float[] values) {
        return TYPES.createFloatVector(values);
    }

    @Override
    public int size() {
        return vectors.size();
    }

    @Override
    public int dimension() {
        return vectors.dimension();
    }

    @Override
    public VectorFloat<?> getVector(int ordinal) {
        float[] values = new float[vectors.dimension()];
        vectors.copy(ordinal, values);
        return of(values);
    }

    @Override
    public boolean isValueShared() {
        return false;
    }

    @Override
    public RandomAccessVectorValues copy() {
        return this;
    }
}
