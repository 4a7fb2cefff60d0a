package io.vitrine.duplicates;

import static org.apache.spark.sql.functions.col;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.duplicates.DuplicatesRecord.Found;
import io.vitrine.duplicates.DuplicatesRecord.How;
import io.vitrine.duplicates.DuplicatesRecord.Recall;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.vectors.CurrentVectors;
import io.vitrine.vectors.ResultFolder;
import io.vitrine.vectors.StorageFolder;
import io.vitrine.vectors.VectorRows;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Groups the near-duplicates among the current vectors of an output: images that are connected by pairs whose cosine is at least the
 * threshold. The groups depend on the vectors and the request only, not on how Spark divides the work.
 *
 * <pre>{@code
 * DuplicatesRecord record = new DuplicateFinder(spark, DuplicatesRequest.of(features, "image_embeds", 0.95, folder)).run(line -> {});
 * Dataset<Row> groups = spark.read().parquet(folder + "/groups");
 * }</pre>
 */
public final class DuplicateFinder {
    /** The name of the file that says what was compared and found; it appears last. */
    public static final String RECORD = "duplicates.json";

    /** The folder of the Parquet files with the members of groups. */
    public static final String GROUPS = "groups";

    private static final long ROWS_PER_FILE = 1_000_000;

    private final SparkSession spark;
    private final DuplicatesRequest request;
    private final ResultFolder target;

    public DuplicateFinder(SparkSession spark, DuplicatesRequest request) {
        this.spark = spark;
        this.request = request;
        this.target = new ResultFolder(
                request.output(),
                spark.sessionState().newHadoopConf(),
                request.existing(),
                "a search for duplicates",
                RECORD,
                GROUPS::equals);
    }

    /**
     * Finds duplicates and writes their groups.
     *
     * @param progress is told in lines what is being done
     * @throws ConfigurationException if there are no vectors
     * @throws OutputConflictException if the folder exists and may not be replaced
     */
    public DuplicatesRecord run(Consumer<String> progress) {
        target.requireFree();
        CurrentVectors vectors = CurrentVectors.open(spark, request.features(), request.column());
        try (JobLabel label = JobLabel.describe(spark, "vitrine duplicates: " + request.output())) {
            return SparkFailures.explain("write duplicates to", request.output(), () -> run(vectors, progress));
        }
    }

    private DuplicatesRecord run(CurrentVectors vectors, Consumer<String> progress) {
        Dataset<Row> copies = Copies.in(vectors.rows()).persist(StorageLevel.MEMORY_AND_DISK());
        long copied = copies.count();
        Dataset<Row> contents = copied == 0 ? vectors.rows() : contents(vectors.rows(), copies);
        Census census = VectorRows.of(contents)
                .mapPartitions(new Census.Count())
                .fold(new Census(0, 0, List.of()), Census::plus);
        if (census.vectors() + census.undirected() == 0) {
            throw new ConfigurationException("The output " + request.features() + " has no current row with vectors "
                    + request.column() + ": every image failed or was deleted. See the status column.");
        }
        progress.accept(String.format(
                Locale.ROOT,
                "%,d vectors %s of %d dimensions to compare, %,d copies of other objects, %,d vectors of zeros",
                census.vectors(),
                request.column(),
                vectors.source().dimension(),
                copied,
                census.undirected()));
        Comparison comparison = new Comparison(
                request, contents, census.vectors(), vectors.source().dimension());
        Comparison.Plan plan = comparison.plan();
        progress.accept(plan.describe());
        JavaRDD<Tuple2<String, String>> pairs = comparison
                .pairs(plan)
                .union(copies.as(Encoders.tuple(Encoders.STRING(), Encoders.STRING()))
                        .toJavaRDD())
                .persist(StorageLevel.MEMORY_AND_DISK_SER());
        try {
            Dataset<Row> members = MemberGroups.of(spark, pairs);
            How how = how(plan, contents, census.vectors(), members);
            return target.write(
                    folder -> new DuplicatesRecord(
                            DuplicatesRecord.VERSION,
                            vectors.source(),
                            vectors.runs().get(vectors.runs().size() - 1),
                            request.threshold(),
                            census.vectors(),
                            copied,
                            census.undirected(),
                            census.named(),
                            how,
                            write(vectors.rows(), members, copies, folder)),
                    DuplicatesRecord::json);
        } finally {
            pairs.unpersist();
            copies.unpersist();
        }
    }

    private static Dataset<Row> contents(Dataset<Row> rows, Dataset<Row> copies) {
        Dataset<Row> later = copies.select(col(Copies.PATH).as("vitrine_copy"));
        return rows.join(later, col(CurrentVectors.PATH).equalTo(col("vitrine_copy")), "left_anti");
    }

    private How how(Comparison.Plan plan, Dataset<Row> contents, long vectors, Dataset<Row> members) {
        Recall recall =
                plan.isExact() ? Recall.NOT_MEASURED : RecallSample.of(contents, vectors, request.threshold(), members);
        return new How(plan.isExact(), plan.clusters(), plan.incomplete(), recall);
    }

    private Found write(Dataset<Row> rows, Dataset<Row> members, Dataset<Row> copies, StorageFolder folder) {
        long count = members.count();
        String place = folder.path(GROUPS).toString();
        DescribeGroups.of(rows, members, copies)
                .repartition((int) (count / ROWS_PER_FILE) + 1, col(DuplicateRow.GROUP))
                .sortWithinPartitions(
                        col(DuplicateRow.GROUP),
                        col(DuplicateRow.REPRESENTATIVE).desc(),
                        col(DuplicateRow.SIMILARITY).desc(),
                        col(DuplicateRow.PATH))
                .write()
                .parquet(place);
        Found found = FoundGroups.in(spark.read().schema(DuplicateRow.SCHEMA).parquet(place), request.threshold());
        if (found.members() != count) {
            throw new IllegalStateException(
                    "groups of " + count + " members were found, but " + found.members() + " rows written");
        }
        return found;
    }
}
