package io.vitrine.duplicates;

import io.vitrine.vectors.PathVector;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * What there is to compare.
 *
 * @param vectors with a direction
 * @param undirected vectors of zeros, which are like no other
 * @param named the first paths of these, at most {@value #NAMED}
 */
record Census(long vectors, long undirected, List<String> named) implements Serializable {
    static final int NAMED = 10;

    private static Census of(long vectors, long undirected, List<String> paths) {
        Collections.sort(paths);
        return new Census(
                vectors, undirected, new ArrayList<>(paths.subList(0, Math.min(NAMED, paths.size())))); // serializable
    }

    Census plus(Census other) {
        List<String> paths = new ArrayList<>(named);
        paths.addAll(other.named);
        return of(vectors + other.vectors, undirected + other.undirected, paths);
    }

    /** A task: counts its partition. */
    static final class Count implements FlatMapFunction<Iterator<PathVector>, Census> {
        private static final long serialVersionUID = 1;

        @Override
        public Iterator<Census> call(Iterator<PathVector> images) {
            Census census = new Census(0, 0, List.of());
            long vectors = 0;
            while (images.hasNext()) {
                PathVector image = images.next();
                if (UnitVector.hasDirection(UnitVector.of(image.vector()))) {
                    vectors++;
                } else {
                    census = census.plus(new Census(0, 1, List.of(image.path())));
                }
            }
            return List.of(census.plus(new Census(vectors, 0, List.of()))).iterator();
        }
    }
}
