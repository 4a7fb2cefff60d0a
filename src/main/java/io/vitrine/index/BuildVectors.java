package io.vitrine.index;

import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Mapped vectors as JVector reads them: one at a time from each copy, which belongs to one thread. */
final class BuildVectors implements RandomAccessVectorValues {
    /** JVector warns of Java 17, and tells how many cores it found. The JDK forgets levels of loggers that nobody holds. */
    private static final Logger LOGGER = Logger.getLogger("io.github.jbellis.jvector");

    private static final VectorTypeSupport TYPES;

    static {
        LOGGER.setLevel(Level.SEVERE);
        TYPES = VectorizationProvider.getInstance().getVectorTypeSupport();
    }

    private final MappedVectors vectors;
    private final float[] values;
    private final VectorFloat<?> vector;

    BuildVectors(MappedVectors vectors) {
        this.vectors = vectors;
        this.values = new float[vectors.dimension()];
        this.vector = of(values);
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

    /** Valid until the next call. */
    @Override
    public VectorFloat<?> getVector(int ordinal) {
        vectors.copy(ordinal, values);
        return vector;
    }

    @Override
    public boolean isValueShared() {
        return true;
    }

    @Override
    public RandomAccessVectorValues copy() {
        return new BuildVectors(vectors);
    }
}
