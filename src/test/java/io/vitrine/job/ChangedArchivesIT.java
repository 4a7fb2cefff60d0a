package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.catalog.ListingRules;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.Archives;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives on an S3 store that change from run to run, or are damaged. */
final class ChangedArchivesIT {
    @TempDir
    private static Path folder;

    private static ArchiveRuns runs;

    private String input;
    private String output;

    @BeforeAll
    static void start() {
        runs = new ArchiveRuns(folder, "changed-archives");
    }

    @AfterAll
    static void stop() {
        runs.close();
    }

    @BeforeEach
    void newFolders() {
        input = runs.newFolder();
        output = runs.newFolder();
    }

    @Test
    void aRunDoesTheMembersOfAChangedArchiveAgain() {
        runs.store().put(input + "/a.tar", Archives.tar(runs.some("1.png", "2.png")));
        runs.store().put(input + "/b.tar", Archives.tar(runs.some("1.png", "2.png", "3.png")));
        assertThat(runs.run(input, output).ok()).isEqualTo(5);

        runs.store().put(input + "/b.tar", Archives.tar(runs.some("1.png", "2.png", "3.png", "4.png")));
        assertThat(runs.run(input, output).ok()).isEqualTo(4);

        runs.store().put(input + "/b.tar", Archives.tar(runs.some("1.png")));
        RerunPolicy marking =
                RerunPolicy.builder().missing(RerunPolicy.Missing.MARK_DELETED).build();
        RunRecord record = runs.run(input, output, ListingRules.EVERYTHING, marking);
        assertThat(record.images()).containsEntry("ok", 1L).containsEntry("deleted", 3L);
    }

    @Test
    void damageCostsTheMembersThatItReaches() {
        byte[] zip = Archives.zip(runs.some("1.png", "2.png"));
        zip[300] ^= 0x5a;
        runs.store().put(input + "/damaged.zip", zip);
        byte[] tar = Archives.tar(runs.some("1.png", "2.png", "3.png"));
        int second = 512 + (runs.pictures().values().iterator().next().length + 511) / 512 * 512;
        Arrays.fill(tar, second + 100, second + 140, (byte) 1);
        runs.store().put(input + "/damaged.tar", tar);
        runs.store().put(input + "/empty.tar.gz", new byte[0]);

        RunRecord record = runs.run(input, output);
        assertThat(runs.statuses(input, output))
                .containsEntry("damaged.zip#1.png", "corrupt")
                .containsEntry("damaged.zip#2.png", "ok")
                .containsEntry("damaged.tar#1.png", "ok")
                .containsEntry("damaged.tar", "corrupt")
                .containsKey("empty.tar.gz")
                .hasSize(5);
        assertThat(runs.error(output, input + "/" + "damaged.tar")).contains("members behind it are lost");
        assertThat(ArchiveRuns.omitted(record))
                .containsEntry("archives that are damaged or can't be read, so that members are lost", 2L);
    }
}
