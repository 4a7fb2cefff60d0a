package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.image.Pictures;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.CurrentRows;
import io.vitrine.testkit.DeadlyPicture;
import io.vitrine.testkit.DeadlyPictureReader;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.imageio.spi.IIORegistry;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run with an image whose decoder never returns. */
final class ImageTimeoutIT {
    @TempDir
    private Path folder;

    @Test
    void anImageThatHangsIsARowAndTheRunGoesOn() throws IOException {
        Path photos = Files.createDirectory(folder.resolve("photos"));
        for (int i = 0; i < 6; i++) {
            Files.write(photos.resolve(i + ".png"), Pictures.drawn("png", 40, 30, i));
        }
        Files.write(photos.resolve("2-hangs.jpg"), DeadlyPicture.HANG.file());
        ExtractRequest request = ExtractRequests.builder(folder)
                .input(photos.toString())
                .output(folder.resolve("features").toString())
                .columns("pooler_output")
                .tasks(TaskSettings.builder()
                        .partitions(1)
                        .imageTimeout(Duration.ofSeconds(5))
                        .build())
                .build();
        DeadlyPictureReader.Provider plugin = new DeadlyPictureReader.Provider();
        IIORegistry.getDefaultInstance().registerServiceProvider(plugin);
        try (SparkSession spark = LocalSpark.session()) {
            RunRecord record = Extract.run(spark, request);
            assertThat(record.ok()).isEqualTo(6);
            assertThat(CurrentRows.statusByName(
                            spark.read().parquet(folder.resolve("features").toString())))
                    .containsAllEntriesOf(Map.of("2-hangs.jpg", "timed_out", "3.png", "ok", "5.png", "ok"));
        } finally {
            DeadlyPictureReader.releaseHanging();
            IIORegistry.getDefaultInstance().deregisterServiceProvider(plugin);
        }
    }
}
