package io.vitrine.image.isolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.RejectionReason;
import io.vitrine.RunInterruptedException;
import io.vitrine.image.Pictures;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.DeadlyPicture;
import io.vitrine.testkit.DeadlyPictureReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A task's decoder: which thread or process decodes, and what an image may cost. */
@Tag("slow")
final class TaskDecoderTest {
    private static final FileBytes PICTURE = Pictures.file(Pictures.drawn("png", 30, 20, 7));
    private static final Duration PROMPTLY = Duration.ofSeconds(60);
    private static final Optional<Duration> SHORT = Optional.of(Duration.ofMillis(300));

    private final ImageReaderSpi plugin = new DeadlyPictureReader.Provider();

    @BeforeEach
    void register() {
        IIORegistry.getDefaultInstance().registerServiceProvider(plugin);
    }

    @AfterEach
    void deregister() {
        IIORegistry.getDefaultInstance().deregisterServiceProvider(plugin);
        DeadlyPictureReader.releaseHanging();
        Await.until("no thread hangs", PROMPTLY, () -> TimedDecoder.hanging() == 0);
    }

    private static TaskDecoder decoder(Optional<Duration> limit, DecodeIsolation isolation) {
        return new TaskDecoder(TestChild.RECIPE, limit, isolation);
    }

    private static DecodedFile.Rejected rejected(TaskDecoder decoder, DeadlyPicture picture) {
        return (DecodedFile.Rejected) decoder.decode(Pictures.file(picture.file()));
    }

    private static void requirePixels(TaskDecoder decoder) {
        assertThat(decoder.decode(PICTURE)).isInstanceOf(DecodedFile.Pixels.class);
    }

    @Test
    void anImageThatHangsTimesOutAndTheTaskGoesOnInAChildProcess() {
        try (TaskDecoder decoder = decoder(SHORT, DecodeIsolation.AUTO)) {
            requirePixels(decoder);
            assertThat(ChildProcesses.running()).isEmpty();
            DecodedFile.Rejected rejected = rejected(decoder, DeadlyPicture.HANG);
            assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.TIMED_OUT);
            assertThat(rejected.cause()).hasMessage("decoding took longer than 0.3 s (--image-timeout)");
            assertThat(rejected.header().orElseThrow().width()).isEqualTo(DeadlyPicture.WIDTH);
            requirePixels(decoder);
            assertThat(ChildProcesses.running()).hasSize(1);
        }
        ChildProcesses.awaitNone();
    }

    @Test
    void whileAThreadHangsNewTasksStartWithAChildProcess() {
        try (TaskDecoder first = decoder(SHORT, DecodeIsolation.AUTO)) {
            rejected(first, DeadlyPicture.HANG);
        }
        try (TaskDecoder second = decoder(SHORT, DecodeIsolation.AUTO)) {
            requirePixels(second);
            assertThat(ChildProcesses.running()).hasSize(1);
        }
        DeadlyPictureReader.releaseHanging();
        Await.until("the thread ends", PROMPTLY, () -> TimedDecoder.hanging() == 0);
        ChildProcesses.awaitNone();
        try (TaskDecoder third = decoder(SHORT, DecodeIsolation.AUTO)) {
            requirePixels(third);
            assertThat(ChildProcesses.running()).isEmpty();
        }
    }

    @Test
    void withoutIsolationAFewImagesMayHang() {
        try (TaskDecoder decoder = decoder(Optional.of(Duration.ofMillis(50)), DecodeIsolation.NONE)) {
            for (int i = 0; i < 7; i++) {
                assertThat(rejected(decoder, DeadlyPicture.HANG).cause().reason())
                        .isEqualTo(RejectionReason.TIMED_OUT);
            }
            assertThatThrownBy(() -> rejected(decoder, DeadlyPicture.HANG))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("8 images hang in their decoders");
        }
    }

    @Test
    void aTaskThatIsKilledDoesNotWaitForItsImage() throws InterruptedException {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Thread task = new Thread(() -> {
            try (TaskDecoder decoder = decoder(Optional.of(Duration.ofHours(1)), DecodeIsolation.AUTO)) {
                rejected(decoder, DeadlyPicture.HANG);
            } catch (RuntimeException e) {
                seen.set(e);
            }
        });
        task.start();
        Await.until("the image is decoded", PROMPTLY, DeadlyPictureReader::isHanging);
        task.interrupt();
        task.join(PROMPTLY.toMillis());
        assertThat(seen.get()).isInstanceOf(RunInterruptedException.class);
    }

    @Test
    void aStackOverflowIsARowAndAMissingClassStopsTheRun() {
        try (TaskDecoder decoder = decoder(SHORT, DecodeIsolation.AUTO)) {
            assertThat(rejected(decoder, DeadlyPicture.RECURSE).cause().reason())
                    .isEqualTo(RejectionReason.CORRUPT);
            assertThatThrownBy(() -> rejected(decoder, DeadlyPicture.LACK_CLASS))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("Images cannot be decoded on this host, because a library does not load");
            requirePixels(decoder);
        }
    }
}
