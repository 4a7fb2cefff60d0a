package io.vitrine.search.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.image.Pictures;
import io.vitrine.job.Extract;
import io.vitrine.testkit.Archives;
import io.vitrine.testkit.ExactKeyStore;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small pictures of members of a tar on S3: how much of it is read. */
final class ArchivedPicturesIT {
    private static final String TAR = "s3a://archived-pictures/all.tar";
    private static final int MEMBERS = 30;

    @TempDir
    private Path folder;

    private static byte[] tar() {
        Map<String, byte[]> members = new TreeMap<>();
        for (int i = 0; i < MEMBERS; i++) {
            members.put(i + ".bmp", Pictures.drawn("bmp", 200, 150, i));
        }
        return Archives.tar(members);
    }

    @Test
    void aTarIsNotReadForItsMembersWhereTheyAreKnown() throws IOException {
        byte[] tar = tar();
        String output = folder.resolve("features").toString();
        try (ExactKeyStore store = ExactKeyStore.start(ExactKeyStore.Listing.ENCODED_ON_REQUEST)) {
            store.put("all.tar", tar);
            Configuration hadoop;
            try (SparkSession spark = LocalSpark.session(store.settings())) {
                Extract.run(
                        spark,
                        ExtractRequests.builder(folder)
                                .input("s3a://archived-pictures/")
                                .output(output)
                                .columns("pooler_output")
                                .build());
                hadoop = spark.sessionState().newHadoopConf();
            }
            assertThat(read(store, hadoop, output)).containsExactly(1L, 1L); // kept by the run
            assertThat(read(store, hadoop, "file:/no/output")).containsExactly(MEMBERS + 1L, 1L); // remembered
        }
    }

    /** How many members' worth of bytes were read for one picture, and for one more. */
    private static List<Long> read(ExactKeyStore store, Configuration hadoop, String output) {
        double member = tar().length / (double) MEMBERS;
        try (io.vitrine.search.page.Pictures pictures =
                new io.vitrine.search.page.Pictures(hadoop, output, Duration.ofMinutes(1))) {
            long before = store.served();
            assertThat(pictures.of(List.of(TAR + "#7.bmp")).get(0)).isInstanceOf(Picture.Small.class);
            long between = store.served();
            assertThat(pictures.of(List.of(TAR + "#21.bmp")).get(0)).isInstanceOf(Picture.Small.class);
            return List.of(Math.round((between - before) / member), Math.round((store.served() - between) / member));
        }
    }
}
