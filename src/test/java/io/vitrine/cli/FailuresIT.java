package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.image.Pictures;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.RecordFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code extract} ends if images fail: its exit code, what it prints, and what its next run does. */
final class FailuresIT {
    private static final int GOOD = 2;
    private static final int BAD = 3;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path list;

    /** Two pictures, and three paths where nothing is. */
    @BeforeEach
    void writeList() throws IOException {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < GOOD + BAD; i++) {
            paths.add(folder.resolve(i + ".png").toString());
        }
        list = Files.write(folder.resolve("paths.txt"), paths);
        for (int i = 0; i < GOOD; i++) {
            draw(i);
        }
    }

    private void draw(int i) throws IOException {
        Files.write(folder.resolve(i + ".png"), Pictures.drawn("png", 40, 30, i));
    }

    private int extract(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "extract",
                "--input-list",
                list.toString(),
                "--model",
                DemoCheckpoint.location(),
                "--columns",
                "pooler_output",
                "--output",
                folder + "/features"));
        arguments.addAll(List.of(more));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Cli.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void tooManyFailuresEndWithTheirOwnCodeAndGoodRowsStay() throws IOException {
        assertThat(extract()).isEqualTo(ExitCode.TOO_MANY_FAILURES.status());
        assertThat(out.toString()).contains("5 images: 2 ok, 3 failed (3 missing)");
        assertThat(err.toString())
                .startsWith(
                        "error: Too many images failed: 3 of 5; the limit is 50% (--max-failures). 3 missing, such as ")
                .contains("2.png");
        assertThat(RecordFiles.latest(folder.resolve("features"))
                        .path("images")
                        .path("ok")
                        .asInt())
                .isEqualTo(GOOD);
    }

    @Test
    void failuresOfTheStorageAreRepairedByTheNextRun() throws IOException {
        assertThat(extract("--max-failures", "60%")).isZero();
        for (int i = GOOD; i < GOOD + BAD; i++) {
            draw(i);
        }
        assertThat(extract()).isZero();
        assertThat(out.toString())
                .contains("images         3 to do (3 failed before), 2 done before")
                .contains("3 images: 3 ok, 0 failed; 2 done before");
        assertThat(extract()).isZero();
        assertThat(out.toString()).contains("nothing to do: 5 done before");
    }

    @Test
    void failuresThatStayKeepTheExitCode() throws IOException {
        for (int i = GOOD; i < GOOD + BAD; i++) {
            Files.writeString(folder.resolve(i + ".png"), "no image");
        }
        assertThat(extract()).isEqualTo(ExitCode.TOO_MANY_FAILURES.status());
        assertThat(extract()).isEqualTo(ExitCode.TOO_MANY_FAILURES.status());
        assertThat(out.toString())
                .contains("images         0 to do, 5 done before, of them 3 failed (3 not_an_image)")
                .contains("nothing to do: 5 done before, of them 3 failed (3 not_an_image)");
        assertThat(err.toString()).contains("3 of 5").contains("3 not_an_image in earlier runs, such as ");
        assertThat(RecordFiles.latest(folder.resolve("features"))
                        .path("done_before")
                        .path("not_an_image")
                        .asInt())
                .isEqualTo(BAD);
        assertThat(extract("--max-failures", "3")).isZero();
    }

    @Test
    void aRunStopsBeforeTheNextCommitOnceItCannotSucceed() throws IOException {
        assertThat(extract("--max-failures", "0", "--images-per-commit", "1"))
                .isEqualTo(ExitCode.TOO_MANY_FAILURES.status());
        assertThat(err.toString())
                .containsPattern("[1-3] of 5; the limit is 0 .* It stopped before the other [1-4]\\.");
    }

    @Test
    void aWrongLimitIsAUsageError() {
        assertThat(extract("--max-failures", "101%")).isEqualTo(ExitCode.USAGE.status());
        assertThat(err.toString()).contains("--max-failures").contains("must be from 0% to 100%");
        assertThat(folder.resolve("features")).doesNotExist();
    }
}
