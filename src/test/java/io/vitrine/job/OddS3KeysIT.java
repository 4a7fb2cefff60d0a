package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.StorageException;
import io.vitrine.catalog.DistributedImageLister;
import io.vitrine.catalog.ListingRules;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.report.Omission;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExactKeyStore;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.S3Sdk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys that Hadoop's paths change and XML does not hold: one row or one counted omission each. */
@Timeout(120)
final class OddS3KeysIT {
    /** Keys that S3Proxy keeps, which stores objects as files. */
    private static final List<String> FILE_KEYS = List.of(
            "plain.jpg",
            "control\u0001.jpg",
            "folder\u0002/1.jpg",
            "line\nbreak.jpg",
            "percent%2F.jpg",
            "percent%20+plus.jpg",
            "hash#1.jpg",
            "question?.jpg",
            "sp ace.jpg",
            " blanks /1.jpg",
            "café-nfc.jpg",
            "cafe\u0301-nfd.jpg",
            "雪.jpg",
            "co:lon.jpg",
            "back\\slash.jpg",
            "amp&<>\"'.jpg");

    /** Keys that only a store like Amazon's has. */
    private static final List<String> EXACT_KEYS = List.of(
            "a//b.jpg",
            "a/b.jpg",
            "//two.jpg",
            "/lead.jpg",
            "a/b.jpg//c.jpg",
            "a\u0000b.jpg",
            "percent%20%2F+.jpg",
            "_MG_1.jpg",
            "_selects//_DSC2.jpg");

    @TempDir
    private Path folder;

    private SparkSession spark;

    @AfterEach
    void stop() {
        spark.stop();
    }

    private RunRecord run(InputRequest input) {
        return Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(input)
                        .output(folder + "/features")
                        .maxFailures(FailureLimit.parse("100%"))
                        .build());
    }

    private static byte[] picture(String key) {
        return Pictures.drawn("png", 40, 30, key.hashCode());
    }

    private static void put(ObjectStore store, String bucket, String key) throws IOException {
        try (FileSystem fs = FileSystem.newInstance(URI.create("s3a://" + bucket), store.configuration())) {
            S3Sdk.put((S3AFileSystem) fs, bucket, key, picture(key));
        }
    }

    /** The status of each row by path; fails if a path has two rows. */
    private Map<String, String> statuses() {
        Map<String, String> statuses = new TreeMap<>();
        for (Row row : spark.read().parquet(folder + "/features").collectAsList()) {
            String path = row.getAs("path");
            assertThat(statuses.put(path, row.getAs("status"))).as(path).isNull();
        }
        return statuses;
    }

    private static Map<String, String> allOk(List<String> keys, String bucket) {
        return keys.stream().collect(Collectors.toMap(key -> "s3a://" + bucket + "/" + key, key -> "ok"));
    }

    private static Map<String, Long> counts(List<Omission> omissions) {
        return omissions.stream().collect(Collectors.toMap(Omission::reason, Omission::count));
    }

    @Test
    void everyKeyOfARealStoreIsRead() throws IOException {
        try (ObjectStore store = ObjectStore.start(folder.resolve("s3"), "odd-keys")) {
            for (String key : FILE_KEYS) {
                put(store, "odd-keys", key);
            }
            spark = LocalSpark.session(store);
            run(InputRequest.under("s3a://odd-keys"));
            assertThat(statuses()).isEqualTo(allOk(FILE_KEYS, "odd-keys"));
            assertThat(run(InputRequest.under("s3://odd-keys/*co*", "s3a://odd-keys/"))
                            .total())
                    .isZero(); // all are done
        }
    }

    @Test
    void keysThatAreNoPathsAreReadToo() throws IOException {
        try (ExactKeyStore store = ExactKeyStore.start(ExactKeyStore.Listing.ENCODED_ON_REQUEST)) {
            EXACT_KEYS.forEach(key -> store.put(key, picture(key)));
            List.of(
                            "../x.jpg",
                            "./x.jpg",
                            "a/../y.jpg",
                            "a/./b/z.jpg",
                            "a/.DSC3.jpg.Xa81bc",
                            "a/_SUCCESS",
                            "._MG_1.jpg")
                    .forEach(key -> store.put(key, picture(key)));
            store.put("marker/", new byte[0]);
            List.of("emr_$folder$", "a/emr_$folder$").forEach(key -> store.put(key, new byte[0]));
            store.put("full/", picture("full/"));
            List.of("a/.hidden/1.jpg", "a/.hidden/b/2.jpg", ".hidden/1.jpg", "_temporary/1.jpg")
                    .forEach(key -> store.put(key, picture(key)));
            spark = LocalSpark.session(store.settings());
            RunRecord record = run(InputRequest.under("s3a://exact-keys/"));
            assertThat(statuses()).isEqualTo(allOk(EXACT_KEYS, "exact-keys"));
            assertThat(counts(record.omitted()))
                    .containsOnly(
                            Map.entry("keys with . or .. as a folder", 4L),
                            Map.entry("keys that end with a slash, as those of folders do", 1L),
                            Map.entry("markers of Spark, Hadoop or table formats", 2L),
                            Map.entry("files or folders of operating systems", 1L),
                            Map.entry("hidden files whose names are not those of images", 1L),
                            Map.entry("hidden folders", 2L));
            DistributedImageLister.Listing listing =
                    DistributedImageLister.list(spark, List.of("s3a://exact-keys"), ListingRules.EVERYTHING, 2);
            assertThat(listing.images().count()).isEqualTo(EXACT_KEYS.size());
            assertThat(counts(listing.omissions().get().toList())).isEqualTo(counts(record.omitted()));

            Path list = Files.writeString(
                    folder.resolve("list.txt"),
                    "s3://exact-keys/a//b.jpg\ns3a://exact-keys/a/b.jpg\ns3a://exact-keys/no.jpg");
            assertThat(run(InputRequest.list(list.toString())).images()).containsOnly(Map.entry("missing", 1L));
        }
    }

    @Test
    void aFolderOfOddKeysIsAnInput() {
        try (ExactKeyStore store = ExactKeyStore.start(ExactKeyStore.Listing.ENCODED_ON_REQUEST)) {
            EXACT_KEYS.forEach(key -> store.put(key, picture(key)));
            spark = LocalSpark.session(store.settings());
            run(InputRequest.under(
                    "s3a://exact-folder/a//", "s3a://exact-folder/a/b.jpg/", "s3a://exact-folder/?/b.*"));
            assertThat(statuses()).isEqualTo(allOk(List.of("a//b.jpg", "a/b.jpg//c.jpg", "a/b.jpg"), "exact-folder"));
        }
    }

    @Test
    void anEmptyObjectBesideAFolderOfItsNameIsTheFolder() {
        try (ExactKeyStore store = ExactKeyStore.start(ExactKeyStore.Listing.ENCODED_ON_REQUEST)) {
            List.of("photos/1.jpg", "photos/2.jpg").forEach(key -> store.put(key, picture(key)));
            List.of("photos", "photos/", "alone").forEach(key -> store.put(key, new byte[0]));
            spark = LocalSpark.session(store.settings());
            run(InputRequest.under("s3a://folder-objects/photos", "s3a://folder-objects/alone"));
            assertThat(statuses())
                    .containsOnly(
                            Map.entry("s3a://folder-objects/photos/1.jpg", "ok"),
                            Map.entry("s3a://folder-objects/photos/2.jpg", "ok"),
                            Map.entry("s3a://folder-objects/alone", "empty"));
        }
    }

    @Test
    void aGlobKeepsARepeatedSlash() {
        try (ExactKeyStore store = ExactKeyStore.start(ExactKeyStore.Listing.ENCODED_ON_REQUEST)) {
            List.of("a//b.jpg", "a/b.jpg", "//two.jpg", "/two.jpg").forEach(key -> store.put(key, picture(key)));
            spark = LocalSpark.session(store.settings());
            run(InputRequest.under("s3a://exact-glob/a//b*.jpg", "s3a://exact-glob///t*.jpg"));
            assertThat(statuses()).isEqualTo(allOk(List.of("a//b.jpg", "//two.jpg"), "exact-glob"));
        }
    }

    @Test
    void aStoreThatCannotListAControlCharacterIsNamedAtOnce() {
        try (ExactKeyStore store = ExactKeyStore.start(ExactKeyStore.Listing.ALWAYS_PLAIN)) {
            store.put("in/a\u0001b.jpg", picture("control"));
            spark = LocalSpark.session(store.settings());
            Instant start = Instant.now();
            assertThatThrownBy(() -> run(InputRequest.under("s3a://plain-keys/in")))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(
                            "Cannot list the input s3a://plain-keys/in/: a key there has a control character")
                    .hasMessageContaining("Rename the key, or give the paths with --input-list.");
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(30));
            assertThat(store.lists()).isLessThan(4);
        }
    }

    @Test
    void keysOfAStoreThatNeverEncodesAreTakenAsTheyAre() {
        try (ExactKeyStore store = ExactKeyStore.start(ExactKeyStore.Listing.ALWAYS_PLAIN)) {
            List<String> keys = List.of("percent%20+.jpg", "a//b.jpg", "amp&<.jpg");
            keys.forEach(key -> store.put(key, picture(key)));
            spark = LocalSpark.session(store.settings());
            run(InputRequest.under("s3a://never-encoded/"));
            assertThat(statuses()).isEqualTo(allOk(keys, "never-encoded"));
        }
    }

    /** Settings of a session that lists with version 1 of the request, as stores of old need it. */
    private static Map<String, String> version1(ExactKeyStore store) {
        Map<String, String> settings = new TreeMap<>(store.settings());
        settings.put("fs.s3a.list.version", "1");
        return settings;
    }

    /** Each store has a bucket of its own, because Hadoop keeps a bucket's file system. */
    private static String bucket(String name, ExactKeyStore.Listing listing) {
        return name + listing.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @ParameterizedTest
    @EnumSource
    void listingsOfVersion1AreReadToTheirEnd(ExactKeyStore.Listing listing) {
        try (ExactKeyStore store = ExactKeyStore.start(listing)) {
            List<String> keys = List.of(
                    "a/1.jpg",
                    "a/2+.jpg",
                    "a/3%20.jpg",
                    "a/4.jpg",
                    "a/5.jpg",
                    "a/6/1.jpg",
                    "a/7/1.jpg",
                    "b//1.jpg",
                    "c/1.jpg",
                    "d/1.jpg",
                    "e/1.jpg");
            keys.forEach(key -> store.put(key, picture(key)));
            spark = LocalSpark.session(version1(store));
            String bucket = bucket("version-1-", listing);
            run(InputRequest.under("s3a://" + bucket + "/a", "s3a://" + bucket + "/*/*"));
            assertThat(statuses()).isEqualTo(allOk(keys, bucket));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = ".*NEXT_PAGE")
    void aListingThatGoesOnAndDoesNotSayWhereIsRefused(ExactKeyStore.Listing listing) {
        try (ExactKeyStore store = ExactKeyStore.start(listing)) {
            for (int i = 0; i < 9; i++) {
                store.put("in/" + i + ".jpg", picture("without next"));
            }
            spark = LocalSpark.session(store.settings());
            String bucket = bucket("no-next-", listing);
            assertThatThrownBy(() -> run(InputRequest.under("s3a://" + bucket + "/in")))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(
                            "Cannot list the input s3a://" + bucket + "/in/: the store says that there are more keys")
                    .hasMessageContaining(", but names no further page.");
        }
    }
}
