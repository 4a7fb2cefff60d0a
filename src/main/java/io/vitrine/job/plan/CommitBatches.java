package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;

import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A run's images cut into waves, each of which is committed before the next begins. A table is written down first, so that
 * what a wave holds depends on nothing that may change or be lost while the run goes on.
 */
public final class CommitBatches {
    private static final String WAVE = "vitrine_wave";

    private final List<Wave> waves;

    /** One commit's images. */
    public record Wave(ImageCatalog images, long count) {}

    private CommitBatches(List<Wave> waves) {
        this.waves = List.copyOf(waves);
    }

    public List<Wave> waves() {
        return waves;
    }

    public long count() {
        return waves.stream().mapToLong(Wave::count).sum();
    }

    /**
     * Cuts {@code images}.
     *
     * @param most images a wave, of a table more or less
     * @param plan a folder for the list of a table's images
     */
    public static CommitBatches cut(SparkSession spark, ImageCatalog images, long most, String plan) {
        return images.refs() == null ? written(spark, images, most, plan) : held(images.refs(), most);
    }

    private static CommitBatches held(List<ImageRef> refs, long most) {
        List<Wave> waves = new ArrayList<>();
        for (int from = 0; from < refs.size(); from += (int) Math.min(most, refs.size())) {
            List<ImageRef> some = refs.subList(from, (int) Math.min(refs.size(), from + most));
            waves.add(new Wave(new ImageCatalog(List.copyOf(some), null), some.size()));
        }
        return new CommitBatches(waves);
    }

    private static CommitBatches written(SparkSession spark, ImageCatalog images, long most, String plan) {
        String all = plan + "/all";
        images.table().write().parquet(all);
        Dataset<Row> table = spark.read().schema(images.table().schema()).parquet(all);
        long count = table.count();
        if (count <= most) {
            return new CommitBatches(count == 0 ? List.of() : List.of(new Wave(new ImageCatalog(null, table), count)));
        }
        int waves = Math.toIntExact((count + most - 1) / most);
        String cut = plan + "/waves";
        table.withColumn(WAVE, pmod(hash(col(ImageRefSchema.PATH)), lit(waves)))
                .repartition(col(WAVE))
                .write()
                .partitionBy(WAVE)
                .parquet(cut);
        List<Wave> list = new ArrayList<>();
        for (int i = 0; i < waves; i++) {
            Dataset<Row> wave =
                    spark.read().parquet(cut).where(col(WAVE).equalTo(i)).drop(WAVE);
            long size = wave.count();
            if (size > 0) {
                list.add(new Wave(new ImageCatalog(null, wave), size));
            }
        }
        return new CommitBatches(list);
    }
}
