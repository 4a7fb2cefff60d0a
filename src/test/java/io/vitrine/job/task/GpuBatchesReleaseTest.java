package io.vitrine.job.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.job.gpu.DecoderHolder;
import io.vitrine.testkit.FakeBatchDecoder.Trouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that end early, or whose store or device fails: their files, batches and decoders are released. */
final class GpuBatchesReleaseTest {
    private final GpuTaskRun run = new GpuTaskRun();

    @AfterEach
    void closeDecoders() {
        run.closeDecoders();
    }

    /** A batch that took no file may still hold memory for one. */
    @Test
    void aBatchWhoseFilesWereAllRefusedIsClosed() {
        run.keepAtMost(1); // one file in a round
        GpuBatches batches = run.open("jjj", Trouble.NONE, 0);
        run.pipeline(batches).forEachRemaining(result -> {}); // the third is refused
        assertThat(run.decoders().get(0).openBatches()).isZero();
        run.end(batches);
    }

    /** Else the device could write into the batches of another task. */
    @Test
    void aTaskWhoseDecoderDoesNotStopFailsAndItsBatchesAreNotReused() {
        GpuBatches batches = run.open(LetteredFiles.MIXED, Trouble.CLOSE, 0);
        assertThatThrownBy(() -> run.pipeline(batches).forEachRemaining(result -> {}))
                .hasMessage("the device does not stop");
        run.end(batches);
        assertThat(run.isDiscarded()).isTrue();
        assertThat(run.kept()).isZero();
    }

    @Test
    void aBatchThatCannotBeClosedDoesNotKeepTheOtherOpen() {
        GpuBatches batches = run.open("j".repeat(40), Trouble.CLOSE, 7);
        run.pipeline(batches).next(); // with 4 files; 4 more are on the GPU
        assertThat(run.decoders().get(0).openBatches()).isEqualTo(2);
        assertThatThrownBy(() -> run.end(batches)).hasMessage("the device does not stop");
        assertThat(run.decoders().get(0).openBatches()).isZero();
        assertThat(run.isDiscarded()).isTrue();
        assertThat(run.kept()).isZero();
    }

    @Test
    void aTaskThatEndsEarlyLeavesNothing() {
        GpuBatches batches = run.open("j".repeat(40), Trouble.SLOW, 0);
        run.pipeline(batches).next();
        assertThat(run.kept()).isPositive();
        run.end(batches);
        run.assertEverythingIsReleased();
    }

    @Test
    void aStoreThatFailsHalfwayLeavesNothing() {
        GpuBatches batches = run.open("jjjjjjx", Trouble.SLOW, 0);
        ImagePipeline pipeline = run.pipeline(batches);
        assertThatThrownBy(() -> pipeline.forEachRemaining(result -> {})).hasMessage("the store is gone");
        run.end(batches);
        run.assertEverythingIsReleased();
    }

    @Test
    void decodersAreClosedWhenTheirTasksHaveLeft() {
        GpuBatches batches = run.open("j".repeat(40), Trouble.SLOW, 0);
        run.pipeline(batches).next();
        DecoderHolder.closeAll();
        assertThat(run.decoders().get(0).isClosed()).isFalse();
        run.end(batches);
        assertThat(run.decoders().get(0).isClosed()).isTrue();
    }
}
