package io.vitrine.vectors;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A sample of vectors: those whose paths have certain hashes, so the same every time. */
public final class VectorSample {
    private VectorSample() {}

    /**
     * Brings a sample to the driver, in the order of the paths.
     *
     * @param rows as {@link CurrentVectors#rows} gives them
     * @param total rows, more than none
     * @param wanted about so many, all if there are no more
     */
    public static List<PathVector> of(Dataset<Row> rows, long total, long wanted) {
        Dataset<Row> sample = total <= wanted
                ? rows
                : rows.where(
                        pmod(xxhash64(col(CurrentVectors.PATH)), lit(total)).lt(wanted));
        List<PathVector> images = new ArrayList<>(VectorRows.of(sample).collect());
        images.sort(Comparator.comparing(PathVector::path));
        return images;
    }
}
