package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.job.request.RerunPolicy.Redo;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.table.FeatureTable;
import io.vitrine.testkit.LocalSpark;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An input of unchanged images with one row of each status, as a listing and as a table. */
final class PreviousResultsIT {
    private static final String OUT_OF_MEMORY_ERROR = "9 x 9 pixels need more memory than this executor has left";

    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private enum Form {
        LISTING,
        TABLE
    }

    private static Row row(String path, String status, String error, String run) {
        return RowFactory.create(path, status, error, 10L, new Timestamp(5), null, null, null, null, run);
    }

    private static Dataset<Row> table(List<Row> rows) {
        return spark.createDataFrame(rows, FeatureSchema.IMAGE.add(FeatureTable.RUN, DataTypes.StringType));
    }

    private static List<Row> oneRowOfEachStatus() {
        List<Row> rows = new ArrayList<>(List.of(
                row("ok-1", "ok", null, "r1"),
                row("ok-2", "ok", null, "r1"),
                row("deleted", "deleted", null, "r1"),
                row("old_memory", "too_large", OUT_OF_MEMORY_ERROR, "r1"),
                row("repaired", "unreadable", "403", "r1"),
                row("repaired", "ok", null, "r2")));
        for (RejectionReason reason : RejectionReason.values()) {
            rows.add(row(reason.status(), reason.status(), "because", "r1"));
        }
        return rows;
    }

    private static RemainingImages remaining(Form form, Redo redo) {
        List<Row> rows = oneRowOfEachStatus();
        List<ImageRef> refs = Stream.concat(rows.stream().map(row -> row.getString(0)), Stream.of("new"))
                .distinct()
                .sorted()
                .map(path -> new ImageRef(path, 10, 5, null))
                .toList();
        ImageListing listing = new ImageListing(refs);
        ImageCatalog images = form == Form.LISTING ? listing : new ImageTable(ImageRefSchema.table(spark, refs));
        return images.remaining(PreviousResults.of(table(rows), HeicDecoding.SKIP), redo, spark);
    }

    private static List<String> paths(RemainingImages remaining) {
        return remaining.toDo().first(100).stream()
                .map(item -> item.ref().path())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void whatTheFileIsNotTheReasonOfIsTriedAgain(Form form) {
        RemainingImages remaining = remaining(form, Redo.TRANSIENT_FAILURES);
        assertThat(paths(remaining))
                .containsExactlyInAnyOrder(
                        "new",
                        "deleted",
                        "old_memory",
                        "out_of_memory",
                        "timed_out",
                        "crashed",
                        "missing",
                        "changed",
                        "unreadable");
        assertThat(remaining.counts().toDo()).isEqualTo(9);
        assertThat(remaining.counts().retried()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void whatStaysIsCountedByStatusWithAnExampleOfEachFailure(Form form) {
        ImageCounts counts = remaining(form, Redo.TRANSIENT_FAILURES).counts();
        assertThat(counts.done())
                .isEqualTo(Map.of(
                        "ok", 3L,
                        "empty", 1L,
                        "not_an_image", 1L,
                        "unsupported", 1L,
                        "truncated", 1L,
                        "too_large", 1L,
                        "corrupt", 1L,
                        "non_finite", 1L));
        assertThat(counts.doneFailed()).isEqualTo(7);
        assertThat(counts.total()).isEqualTo(19);
        assertThat(counts.examples()).containsEntry("corrupt", "corrupt").doesNotContainKey("ok");
    }

    @ParameterizedTest
    @EnumSource
    void allThatFailedIsTriedAgainOnRequest(Form form) {
        RemainingImages remaining = remaining(form, Redo.ALL_FAILURES);
        assertThat(remaining.counts().done()).isEqualTo(Map.of("ok", 3L));
        assertThat(paths(remaining)).hasSize(16).contains("corrupt").doesNotContain("repaired", "ok-1");
    }

    @ParameterizedTest
    @EnumSource
    void skippedHeicIsDoneOnceItIsDecoded(HeicDecoding heic) {
        List<Row> rows = List.of(
                row("skipped", "unsupported", "HEIC" + HeicDecoding.SKIPPED, "r1"),
                row("skipped_mif1", "unsupported", "HEIF of brand mif1" + HeicDecoding.SKIPPED, "r1"),
                row("of_0.1", "unsupported", "HEIC is not supported; supported formats: JPEG, PNG", "r1"),
                row("other", "unsupported", "JPEG XL is not supported; supported formats: JPEG, PNG", "r1"),
                row(
                        "of_a_brand",
                        "unsupported",
                        "HEIC of major brand heif is not supported; supported formats: HEIC",
                        "r1"),
                row(
                        "mif1_film",
                        "unsupported",
                        "HEIF of brand mif1 is not supported; supported formats: JPEG, HEIC",
                        "r1"),
                row("decoded", "ok", null, "r1"));
        ImageListing listing = new ImageListing(rows.stream()
                .map(row -> new ImageRef(row.getString(0), 10, 5, null))
                .toList());
        RemainingImages remaining =
                listing.remaining(PreviousResults.of(table(rows), heic), Redo.TRANSIENT_FAILURES, spark);
        List<String> expected = heic == HeicDecoding.DECODE ? List.of("skipped", "skipped_mif1", "of_0.1") : List.of();
        assertThat(paths(remaining)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void anImageIsDoneInWhateverFormAnEarlierVersionWroteItsPath() {
        Map<String, String> canonical = Map.ofEntries(
                Map.entry("/x/1.jpg", "file:/x/1.jpg"),
                Map.entry("file:///x/2.jpg", "file:/x/2.jpg"),
                Map.entry("/x//3.jpg", "file:/x/3.jpg"),
                Map.entry("file:/x/./4.jpg", "file:/x/4.jpg"),
                Map.entry("file:/x/y/../5.jpg", "file:/x/5.jpg"),
                Map.entry("file://localhost/x/6.jpg", "file:/x/6.jpg"),
                Map.entry("hdfs://host:8020/x//7.jpg", "hdfs://host:8020/x/7.jpg"),
                Map.entry("file:/x/.8.jpg", "file:/x/.8.jpg"),
                Map.entry("s3a://b/x//./9.jpg", "s3a://b/x//./9.jpg"));
        List<Row> rows = canonical.keySet().stream()
                .map(path -> row(path, "ok", null, "r1"))
                .toList();
        assertThat(PreviousResults.of(table(rows), HeicDecoding.SKIP)
                        .latest()
                        .select("vitrine_done_path")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrderElementsOf(canonical.values());
    }

    @Test
    void aFolderNextToTheInputIsNotAnArchiveInIt() {
        PreviousResults previous = PreviousResults.of(
                table(Stream.of(
                                "s3a://b/photos/1.jpg",
                                "s3a://b/photos#old/1.jpg",
                                "s3a://b/x.tar#1.jpg",
                                "s3a://b/x.tar.bak/1.jpg")
                        .map(path -> row(path, "ok", null, "r1"))
                        .toList()),
                HeicDecoding.SKIP);
        Dataset<Row> none = ImageRefSchema.table(spark, List.of());
        assertThat(previous.missing(none, List.of("s3a://b/photos/", "s3a://b/x.tar/"))
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrder("s3a://b/photos/1.jpg", "s3a://b/x.tar#1.jpg");
    }

    @Test
    void imagesInFoldersThatListingsLeaveOutAreNotMissing() {
        PreviousResults previous = PreviousResults.of(
                table(Stream.of(
                                "file:/nas/1.jpg",
                                "file:/nas/a/@eaDir/2.jpg/thumbnail.jpg",
                                "file:/nas/#recycle/3.jpg",
                                "file:/nas/$RECYCLE.BIN/4.jpg",
                                "file:/nas/my#recycle/5.jpg",
                                "file:/old/@eaDir/6.jpg")
                        .map(path -> row(path, "ok", null, "r1"))
                        .toList()),
                HeicDecoding.SKIP);
        Dataset<Row> none = ImageRefSchema.table(spark, List.of());
        assertThat(previous.missing(none, List.of("file:/nas/", "file:/old/@eaDir/"))
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrder("file:/nas/1.jpg", "file:/nas/my#recycle/5.jpg", "file:/old/@eaDir/6.jpg");
    }

    @Test
    void aListingStaysInOrder() {
        assertThat(paths(remaining(Form.LISTING, Redo.TRANSIENT_FAILURES))).isSorted();
    }
}
