package io.vitrine.image.isolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.RejectionReason;
import io.vitrine.image.Pictures;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.DeadlyPicture;
import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A child process that dies, hangs or answers nonsense costs one image. */
@Tag("slow")
final class ChildDeathsTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private final TestChild child = new TestChild(folder);

    @AfterEach
    void close() {
        child.close();
    }

    @Test
    void aSegmentationFaultCostsOneImage() {
        DecodedFile before = child.decode(TestChild.PICTURE);
        DecodedFile.Rejected rejected = child.rejected(DeadlyPicture.SEGFAULT);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.CRASHED);
        assertThat(rejected.cause())
                .hasMessageStartingWith("the process that decoded the image died with SIGSEGV in ")
                .hasMessageEndingWith("; report the image, or convert it with another program");
        assertThat(TestChild.facts(rejected.header())).startsWith("JPEG 110x150 ");
        TestChild.requireSame(before, child.decode(TestChild.PICTURE));
    }

    @Test
    void aProcessThatEndsByItselfIsACrash() {
        assertThat(child.rejected(DeadlyPicture.EXIT).cause().getMessage()).contains("died with exit status 3;");
        assertThat(child.decode(TestChild.PICTURE)).isInstanceOf(DecodedFile.Pixels.class);
    }

    @Test
    void aKilledProcessIsOutOfMemory() {
        DecodedFile.Rejected rejected = child.rejected(DeadlyPicture.KILL);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.OUT_OF_MEMORY);
        assertThat(rejected.cause().getMessage()).contains("killed with signal 9 (SIGKILL)", "memoryOverhead");
    }

    /** Another image may have damaged the process, or the kernel may have chosen it at a bad moment. */
    @Test
    void anImageIsNotBlamedForTheDeathOfAProcessThatHasDecodedOthers() {
        child.decode(TestChild.PICTURE);
        ChildProcesses.running().forEach(ProcessHandle::destroyForcibly);
        assertThat(child.decode(TestChild.PICTURE)).isInstanceOf(DecodedFile.Pixels.class);
    }

    @Test
    void anExhaustedHeapCostsOneImageAndNoProcess() {
        child.decode(TestChild.PICTURE);
        List<ProcessHandle> before = ChildProcesses.running();
        DecodedFile.Rejected rejected = child.rejected(DeadlyPicture.EXHAUST_MEMORY);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.OUT_OF_MEMORY);
        assertThat(child.decode(TestChild.PICTURE)).isInstanceOf(DecodedFile.Pixels.class);
        assertThat(ChildProcesses.running()).isEqualTo(before);
    }

    @Test
    void aParserThatOverflowsTheStackRejectsTheImage() {
        DecodedFile.Rejected rejected = child.rejected(DeadlyPicture.RECURSE);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.CORRUPT);
    }

    @Test
    void aMissingClassIsNoFaultOfTheImage() {
        assertThatThrownBy(() -> child.rejected(DeadlyPicture.LACK_CLASS))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Images cannot be decoded on this host")
                .hasMessageContaining("org/example/Missing");
    }

    @Test
    void whatALibraryPrintsIsNotTakenForAnAnswer() {
        DecodedFile.Rejected rejected = child.rejected(DeadlyPicture.PRINT);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.CRASHED);
        assertThat(rejected.cause()).hasMessageContaining("a wrong answer, unexpected bytes");
        assertThat(child.decode(TestChild.PICTURE)).isInstanceOf(DecodedFile.Pixels.class);
    }

    @Test
    void aProcessThatHangsIsKilledWhenTheTimeIsOver() {
        try (TimedDecoder timed = new TimedDecoder(child.decoder(), Optional.of(Duration.ofSeconds(1)))) {
            timed.decode(TestChild.PICTURE, header -> {});
            ProcessHandle process = ChildProcesses.running().get(0);
            DecodedFile.Rejected rejected =
                    (DecodedFile.Rejected) timed.decode(Pictures.file(DeadlyPicture.HANG.file()), header -> {});
            assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.TIMED_OUT);
            assertThat(TestChild.facts(rejected.header())).startsWith("JPEG 110x150 ");
            Await.until("the child has ended", PROMPTLY, () -> !process.isAlive() && TimedDecoder.hanging() == 0);
        }
    }

    @Test
    void theChildEndsWithItsParentInTheMiddleOfAnImage() throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ParentOfHangingChild.class.getName(),
                String.join(
                        File.pathSeparator,
                        child.classPath().stream().map(Path::toString).toList()));
        Process parent = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader out = parent.inputReader(StandardCharsets.UTF_8);
            assertThat(out.readLine()).isEqualTo(ParentOfHangingChild.DECODING);
            ProcessHandle process = parent.children().findFirst().orElseThrow();
            parent.destroyForcibly();
            Await.until("the child has ended", PROMPTLY, () -> !process.isAlive());
        } finally {
            parent.destroyForcibly();
        }
    }
}
