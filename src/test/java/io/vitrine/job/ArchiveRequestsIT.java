package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.report.RunListener;
import io.vitrine.testkit.Archives;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.FaultProxy;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many requests archives cost on an S3 store, first and later, as a proxy before the store counts them. */
final class ArchiveRequestsIT {
    private static final String BUCKET = "archive-requests";
    private static final int MEMBERS = 200;

    @TempDir
    private static Path folder;

    private static FaultProxy proxy;
    private static ArchiveRuns runs;

    private String input;
    private String output;

    @BeforeAll
    static void start() {
        ObjectStore store = ObjectStore.start(folder.resolve("store"), BUCKET);
        proxy = FaultProxy.start(store.server().endpoint(), 1);
        runs = new ArchiveRuns(folder, BUCKET, store, Map.of("fs.s3a.endpoint", proxy.endpoint()));
    }

    @AfterAll
    static void stop() {
        runs.close();
        proxy.close();
    }

    @BeforeEach
    void newFolders() {
        input = runs.newFolder();
        output = runs.newFolder();
    }

    private static Map<String, byte[]> many() {
        Map<String, byte[]> members = new LinkedHashMap<>();
        Iterator<byte[]> bytes = runs.pictures().values().iterator();
        for (int i = 0; i < MEMBERS; i++) {
            bytes = bytes.hasNext() ? bytes : runs.pictures().values().iterator();
            members.put(i + ".png", bytes.next());
        }
        return members;
    }

    /** The gets of objects below the input while a run goes on. */
    private long gets(long images) {
        proxy.inject();
        assertThat(runs.run(input, output).ok()).isEqualTo(images);
        return gets();
    }

    private long gets() {
        return proxy.requests("GET /" + BUCKET + input.substring(input.lastIndexOf('/')) + "/");
    }

    @Test
    void eachFileIsARequest() {
        many().forEach((name, bytes) -> runs.store().put(input + "/" + name, bytes));
        assertThat(gets(MEMBERS)).isGreaterThanOrEqualTo(MEMBERS);
    }

    /** One to find the members of 3 MB, and one for each 256 KiB that a task reads here. A compressed one is read by tasks. */
    @ParameterizedTest
    @CsvSource({"shard.tar, 20", "shard.tar.gz, 5"})
    void anArchiveIsAFewRequestsAndNoneForARunWithNothingToDo(String name, long most) {
        byte[] tar = Archives.tar(many());
        runs.store().put(input + "/" + name, name.endsWith(".gz") ? Archives.gzip(tar) : tar);

        assertThat(gets(MEMBERS)).isBetween(2L, most);
        assertThat(gets(0)).isZero();
        proxy.inject();
        String plan = Extract.describe(
                runs.spark(),
                ExtractRequests.builder(folder)
                        .input(input)
                        .output(output)
                        .columns("pooler_output")
                        .build(),
                RunListener.NONE);
        assertThat(plan).contains("200");
        assertThat(gets()).isZero();
    }

    @Test
    void anArchiveThatHasChangedIsReadAgain() {
        runs.store().put(input + "/a.tar", Archives.tar(runs.some("1.png", "2.png")));
        runs.store().put(input + "/b.tar", Archives.tar(runs.some("1.png", "2.png")));
        assertThat(gets(4)).isPositive();
        runs.store().put(input + "/a.tar", Archives.tar(runs.some("1.png", "3.png")));

        assertThat(gets(2)).isPositive();
        assertThat(proxy.requests("/b.tar"))
                .as("requests for the unchanged one")
                .isZero();
        assertThat(runs.statuses(input, output))
                .containsOnlyKeys("a.tar#1.png", "a.tar#2.png", "a.tar#3.png", "b.tar#1.png", "b.tar#2.png");
    }

    @Test
    void damagedRecordsOfAnArchiveAreOfNoUse() {
        runs.store().put(input + "/a.tar", Archives.tar(runs.some("1.png", "2.png")));
        assertThat(gets(2)).isPositive();
        String kept = output + "/_vitrine/archives";
        List<String> files = runs.store().names(kept);
        assertThat(files).hasSize(1);
        byte[] bytes = Folders.read(runs.store().onDisk(kept + "/" + files.get(0)));
        bytes[bytes.length / 2] ^= 1;
        runs.store().put(kept + "/" + files.get(0), bytes);

        assertThat(gets(0)).as("reads of the archive").isOne();
        assertThat(gets(0)).as("reads of the archive after it was kept again").isZero();
        runs.store().delete(kept);
        assertThat(gets(0)).as("reads of the archive without what was kept").isOne();
    }

    @Test
    void recordsThatNoRunUsesAreRemovedAndUsedOnesStay() throws IOException {
        runs.store().put(input + "/a.tar", Archives.tar(runs.some("1.png", "2.png")));
        gets(2);
        String kept = output + "/_vitrine/archives/";
        String used = kept + runs.store().names(kept).get(0);
        runs.store().put(kept + "unused", "of an archive that is gone");
        runs.store().put(kept + "recent", "of an archive that another run reads");
        age(used, 100);
        age(kept + "unused", 91);
        age(kept + "recent", 50);

        assertThat(gets(0)).as("reads of the archive").isZero();
        assertThat(runs.store().names(kept)).hasSize(2).doesNotContain("unused");
        assertThat(runs.store().modified(used)).isAfter(Instant.now().minus(Duration.ofDays(1)));
        assertThat(gets(0)).as("reads of the archive").isZero();
    }

    private static void age(String object, int days) throws IOException {
        Instant time = Instant.now().minus(Duration.ofDays(days));
        Files.setLastModifiedTime(runs.store().onDisk(object), FileTime.from(time));
    }

    /** What is behind the damage may be there again the next time. */
    @Test
    void damagedArchivesAreReadByEachRun() {
        byte[] tar = Archives.tar(runs.some("1.png", "2.png"));
        runs.store().put(input + "/a.tar", Arrays.copyOf(tar, 600));
        gets(0);
        assertThat(gets(0)).isPositive();
    }
}
