package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.archive.Extent;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.ImageSource;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.testkit.LocalSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Members of archives among files, in the order in which tasks get them. */
final class ImageTableIT {
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static ImageRef member(String archive, int number) {
        Extent extent = new Extent(Extent.Packing.GZIP_STREAM, 512L * number, 100, 100, 0);
        return new ImageRef(
                archive + "#" + number, 100, 5, null, new ImageSource.ArchiveMember(archive, 1 << 20, extent));
    }

    @Test
    void aTaskGetsTheMembersOfAnArchiveInTheOrderOfTheirBytes() {
        List<ImageRef> refs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            refs.add(member("file:/a.tar.gz", i));
            refs.add(member("file:/b.tar.gz", i));
            refs.add(new ImageRef("file:/" + i + ".jpg", 100, 5, null));
        }
        Collections.shuffle(refs, new Random(1));

        List<List<WorkItem>> tasks = new ImageTable(ImageRefSchema.table(spark, refs))
                .partitions(
                        new Broadcasts(JavaSparkContext.fromSparkContext(spark.sparkContext())),
                        List.of(300, 300),
                        Optional.empty())
                .glom()
                .collect();
        assertThat(tasks.stream().flatMap(List::stream).map(WorkItem::ref)).containsExactlyInAnyOrderElementsOf(refs);
        for (List<WorkItem> task : tasks) {
            List<ImageRef> members = task.stream()
                    .map(WorkItem::ref)
                    .filter(ref -> ref.source() instanceof ImageSource.ArchiveMember)
                    .toList();
            assertThat(members).isSortedAccordingTo(ImageRef.BY_PLACE);
        }
    }
}
