package io.vitrine.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.dev.sandbox.Submission;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.DeadlyPicture;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.ProcessResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Local mode, where an image that kills its decoder ends the driver: the next run turns it into a row. */
final class DeadlyImagesLocalIT {
    private static final Duration LEASE = Duration.ofSeconds(3);

    @TempDir
    private Path folder;

    @Test
    void theRunAfterADeadOneFinishes() throws IOException {
        DeadlyImages images = new DeadlyImages(folder);
        images.add("3-dies.jpg", DeadlyPicture.SEGFAULT);
        images.add("4-dies.jpg", DeadlyPicture.SEGFAULT);
        Submission submission = images.complete(Launchers.extract()).with("--partitions", "1");
        ProcessResult first = Launchers.run(submission, folder);
        assertThat(first.status()).isNotZero();
        assertThat(first.printed()).contains("SIGSEGV").doesNotContain("an earlier run on this output died");
        awaitEndOfLease(images.output());
        ProcessResult second = Launchers.run(submission, folder).requireSuccess();
        assertThat(second.printed())
                .contains(
                        "note           an earlier run on this output died", "12 images: 10 ok, 2 failed", "2 crashed");
        assertThat(images.statuses())
                .hasSize(DeadlyImages.GOOD + 2)
                .containsAllEntriesOf(Map.of("2.png", "ok", "3-dies.jpg", "crashed", "4-dies.jpg", "crashed"));
        assertThat(images.decoders()).isEmpty();
    }

    private static void awaitEndOfLease(Path output) {
        for (Path lease : Folders.files(output.resolve("_vitrine/leases"))) {
            Await.until(
                    "the lease expires",
                    Duration.ofSeconds(30),
                    () -> lease.toFile().lastModified() < System.currentTimeMillis() - LEASE.toMillis() - 500);
        }
    }
}
