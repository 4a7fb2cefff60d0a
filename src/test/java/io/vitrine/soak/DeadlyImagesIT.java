package io.vitrine.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.testkit.Await;
import io.vitrine.testkit.DeadlyPicture;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.ProcessResult;
import io.vitrine.testkit.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standalone cluster whose executors die by images: the job finishes, and every image has one row. */
final class DeadlyImagesIT {
    @TempDir
    private Path folder;

    @Test
    void imagesThatKillTheirExecutorAreRowsAndTheJobFinishes() throws IOException {
        DeadlyImages images = new DeadlyImages(folder.resolve("run"));
        images.add("1-dies.jpg", DeadlyPicture.SEGFAULT);
        images.add("2-dies.jpg", DeadlyPicture.SEGFAULT);
        images.add("7-dies.jpg", DeadlyPicture.SEGFAULT);
        try (StandaloneCluster cluster = StandaloneCluster.start(Files.createDirectory(folder.resolve("cluster")))) {
            cluster.startWorker(2);
            ProcessResult result = Launchers.run(
                    images.complete(cluster.extract())
                            .with("--conf", "spark.executor.cores=2")
                            .with("--partitions", "2", "--batch-size", "2"),
                    folder);
            result.requireSuccess();
            assertThat(result.err()).contains("Lost executor");
            assertThat(result.out()).contains("13 images: 10 ok, 3 failed (3 crashed)");
            Await.until("no decoder is left", Duration.ofSeconds(20), () -> images.decoders()
                    .isEmpty());
        }
        assertThat(images.statuses())
                .hasSize(DeadlyImages.GOOD + 3)
                .containsAllEntriesOf(Map.of(
                        "0.png", "ok",
                        "1-dies.jpg", "crashed",
                        "2-dies.jpg", "crashed",
                        "7-dies.jpg", "crashed",
                        "9.png", "ok"));
        assertThat(images.error("7-dies.jpg")).startsWith("the process that decoded the image died with SIGSEGV in ");
    }
}
