package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.report.RunRecord;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.CurrentRows;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Several runs on a Delta and on an Iceberg table on S3. The runs take place once per format, before all tests; the tests look at
 * what each run left.
 */
@ParameterizedClass
@EnumSource(
        value = OutputFormat.class,
        names = {"delta", "iceberg"})
final class LakeRerunsIT {
    private static final String[] CURRENT = {"0.png", "1.png", "2.png", "3.png", "bad.png"};

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;
    private static Step first;
    private static Step unchanged;
    private static Step changed;
    private static long rowsWithADeadRun;
    private static Step afterTheDeadRun;

    private final OutputFormat format;

    LakeRerunsIT(OutputFormat format) {
        this.format = format;
    }

    /**
     * A run, and the table after it.
     *
     * @param withFeatures rows that have features
     */
    private record Step(RunRecord record, long rows, long withFeatures, Map<String, String> current) {}

    @BeforeParameterizedClassInvocation
    static void runSeveralTimes(OutputFormat format) {
        store = ObjectStore.start(folder.resolve(format.name()), format + "-rerun-images", format + "-rerun-features");
        SparkConf conf = LocalSpark.conf(store.settings());
        OutputFormat.delta.settings(conf).forEach(conf::set);
        spark = SparkSession.builder().config(conf).getOrCreate();

        String input = input(format);
        for (int i = 0; i < 5; i++) {
            store.put(input + "/" + i + ".png", Pictures.drawn("png", 40, 30, i));
        }
        store.put(input + "/bad.png", "no image");
        first = run(format);
        unchanged = run(format);

        store.put(input + "/3.png", Pictures.drawn("png", 60, 50, 33));
        store.delete(input + "/4.png");
        changed = run(format);

        killTheSecondCommit(format);
        rowsWithADeadRun = rows(format).count();
        afterTheDeadRun = run(format);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        spark.stop();
        store.close();
    }

    private static String input(OutputFormat format) {
        return "s3a://" + format + "-rerun-images/pictures";
    }

    private static String output(OutputFormat format) {
        return "s3a://" + format + "-rerun-features/vits";
    }

    /** A request on the table of {@code format} as if it had the format {@code writtenAs}. */
    private static ExtractRequest request(OutputFormat format, OutputFormat writtenAs) {
        return ExtractRequests.builder(folder)
                .input(input(format))
                .output(new Destination(output(format), writtenAs))
                .features(FeatureRequest.builder()
                        .columns("pooler_output", "last_hidden_state", "top_k")
                        .encoding(MatrixEncoding.BINARY_FLOAT16)
                        .build())
                .rerun(RerunPolicy.builder()
                        .missing(RerunPolicy.Missing.MARK_DELETED)
                        .imagesPerCommit(4)
                        .build())
                .build();
    }

    private static Step run(OutputFormat format) {
        RunRecord record = Extract.run(spark, request(format, format));
        Dataset<Row> rows = rows(format);
        long withFeatures = rows.where("status = 'ok' and length(last_hidden_state) > 0 and size(pooler_output) > 0")
                .count();
        return new Step(record, rows.count(), withFeatures, CurrentRows.statusByName(rows));
    }

    private static Dataset<Row> rows(OutputFormat format) {
        FeatureTable table = FeatureTable.of(spark, format, output(format));
        return table.rows(
                table.runs(),
                FeatureSchema.IMAGE
                        .add("last_hidden_state", DataTypes.BinaryType)
                        .add("pooler_output", DataTypes.createArrayType(DataTypes.FloatType)));
    }

    /** Leaves the second commit of the first run as if the run had died between the commit's rows and its record. */
    private static void killTheSecondCommit(OutputFormat format) {
        String run = FeatureTable.of(spark, format, output(format)).runs().stream()
                .filter(id -> id.endsWith("-0002"))
                .findFirst()
                .orElseThrow();
        store.delete(output(format) + "/_vitrine/" + run + ".json");
        store.put(output(format) + "/_vitrine/started/" + run, "");
    }

    @Test
    void theFirstRunWritesEveryImageInTwoCommits() {
        assertThat(first.record().images()).containsOnly(Map.entry("ok", 5L), Map.entry("not_an_image", 1L));
        assertThat(first.record().commits()).isEqualTo(2);
    }

    @Test
    void aRunOnUnchangedImagesDoesNothing() {
        assertThat(unchanged.record().total()).isZero();
    }

    @Test
    void changedImagesAreDoneAgainAndMissingOnesMarked() {
        assertThat(changed.record().images()).containsOnly(Map.entry("ok", 1L), Map.entry("deleted", 1L));
        assertThat(changed.current()).containsOnlyKeys(CURRENT);
        assertThat(changed.withFeatures()).isEqualTo(6);
    }

    @Test
    void rowsOfADeadRunStayUntilTheNextRunReplacesThem() {
        assertThat(rowsWithADeadRun).isEqualTo(8);
        // The dead commit had two images; the other one is deleted.
        assertThat(afterTheDeadRun.record().images()).containsOnly(Map.entry("not_an_image", 1L));
        assertThat(afterTheDeadRun.rows()).isEqualTo(7);
        assertThat(afterTheDeadRun.current()).containsOnlyKeys(CURRENT);
    }

    @Test
    void anotherFormatInTheSameFolderIsRefused() {
        ExtractRequest parquet = request(format, OutputFormat.parquet);
        assertThatThrownBy(() -> Extract.run(spark, parquet))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("format is parquet, in the output " + format);
    }
}
