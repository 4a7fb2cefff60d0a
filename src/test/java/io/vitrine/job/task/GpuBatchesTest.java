package io.vitrine.job.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.report.ImageStatistics;
import io.vitrine.testkit.FakeBatchDecoder.Trouble;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A task whose JPEGs another decoder decodes, against the same task on the CPU: the same results, pixels and batches. */
@Tag("slow")
final class GpuBatchesTest {
    private static final String MIXED = LetteredFiles.MIXED;

    private final GpuTaskRun run = new GpuTaskRun();

    @AfterEach
    void closeDecoders() {
        run.closeDecoders();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "j", "t", "p", "jjjj", "jjjjj", "tttt", "tjjj", "jjjt", "ttttjjjj", "jtjtjtjtjtjt", MIXED})
    void resultsPixelsAndBatchesAreThoseOfTheCpu(String images) {
        assertThat(run.onGpu(images, Trouble.NONE, 0)).isEqualTo(run.onCpu(images));
        run.assertEverythingIsReleased();
        assertThat(run.faults()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ADD_ONCE", "HEAP_ONCE", "CLOSE"})
    void aDecoderThatFailsChangesNothing(Trouble trouble) {
        for (int after : new int[] {0, 1, 5, 9, 20}) {
            GpuTaskRun failing = new GpuTaskRun();
            assertThat(failing.onGpu(MIXED, trouble, after))
                    .as("after %d files", after)
                    .isEqualTo(failing.onCpu(MIXED));
            failing.assertEverythingIsReleased();
            boolean fails = trouble != Trouble.NONE && trouble != Trouble.SLOW;
            boolean tooLate = trouble == Trouble.ADD && after == 20; // for three batches
            assertThat(failing.faults()).hasSize(fails && !tooLate ? 1 : 0);
            assertThat(failing.decoders().get(0).isClosed())
                    .isEqualTo(!failing.faults().isEmpty());
            failing.closeDecoders();
        }
    }

    @Test
    void aFailureIsSaidWithItsReason() {
        run.onGpu(MIXED, Trouble.LOSES_FILES, 0);
        run.onGpu(MIXED, Trouble.START, 0);
        assertThat(run.faults())
                .containsExactly("it failed on 3 batches one after the other, or had no memory for them");
        run.closeDecoders();
        run.onGpu(MIXED, Trouble.START, 0);
        assertThat(run.faults()).last().isEqualTo("java.lang.IllegalStateException: the device is gone");
    }

    @Test
    void aFileThatCannotBePreparedDoesNotEndDecodingOnTheGpu() {
        assertThat(run.onGpu(MIXED, Trouble.ADD_ONCE, 4)).isEqualTo(run.onCpu(MIXED));
        assertThat(run.faults()).isEmpty();
        assertThat(run.tally().onGpu()).isGreaterThan(8);
    }

    /** Of its batch only the buffers are lost: the files that it had come from the GPU. */
    @Test
    void aHeapThatIsFullForAMomentDoesNotEndDecodingOnTheGpu() {
        assertThat(run.onGpu(MIXED, Trouble.NONE, 0)).isEqualTo(run.onCpu(MIXED));
        long usually = run.tally().onGpu();
        run.closeDecoders();
        assertThat(run.onGpu(MIXED, Trouble.HEAP_ONCE, 4)).isEqualTo(run.onCpu(MIXED));
        assertThat(run.faults()).isEmpty();
        assertThat(run.tally().onCpu(DecodingTally.Reason.SIZE)).isOne();
        assertThat(run.tally().onGpu() - usually).isBetween(usually - 1, usually);
        run.assertEverythingIsReleased();
    }

    /** With files of about 700 bytes. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1000, 2"})
    void roundsKeepNoMoreFilesThanTheLimit(long bytes, int files) {
        run.keepAtMost(bytes);
        assertThat(run.onGpu(MIXED, Trouble.NONE, 0)).isEqualTo(run.onCpu(MIXED));
        assertThat(run.files().mostKept()).isEqualTo(files);
        run.assertEverythingIsReleased();
    }

    @Test
    void imagesAreCountedWhereTheyWereDecoded() {
        run.onGpu("jjjjjjjjjppth", Trouble.NONE, 0);
        long onCpu = Arrays.stream(DecodingTally.Reason.values())
                .mapToLong(run.tally()::onCpu)
                .sum();
        assertThat(run.tally().onGpu() + onCpu).isEqualTo(13);
        assertThat(run.tally().onCpu(DecodingTally.Reason.FORMAT)).isEqualTo(2);
        assertThat(run.tally().onCpu(DecodingTally.Reason.SAMPLING)).isEqualTo(3);
        assertThat(run.tally().onCpu(DecodingTally.Reason.STRUCTURE)).isOne();
        assertThat(run.tally().onCpu(DecodingTally.Reason.DATA)).isPositive();
    }

    @Test
    void statisticsAreThoseOfTheCpu() {
        run.onGpu(MIXED, Trouble.NONE, 0);
        ImageStatistics cpu = run.cpuStatistics(MIXED);
        assertThat(run.statistics().images().bytesRead()).isEqualTo(cpu.images().bytesRead());
        assertThat(run.statistics().images().formats()).isEqualTo(cpu.images().formats());
        assertThat(run.statistics().images().megapixels())
                .isEqualTo(cpu.images().megapixels());
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "4, 0", "5, 1", "12, 1"})
    void theSecondBatchIsTakenWhenThereIsOne(int images, int expected) {
        run.onGpu("j".repeat(images), Trouble.NONE, 0);
        assertThat(run.secondBatches()).isEqualTo(expected);
    }

    @Test
    void onlyOneBatchIsDecodedAhead() {
        ImagePipeline pipeline = run.pipeline(run.open("j".repeat(40), Trouble.SLOW, 0));
        pipeline.next();
        assertThat(run.files().taken()).isLessThanOrEqualTo(2 * GpuTaskRun.BATCH);
        assertThat(run.decoders().get(0).mostRunning()).isOne();
    }
}
