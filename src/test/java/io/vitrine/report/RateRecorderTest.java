package io.vitrine.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.report.RunDetails.ProgressPoint;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many images were done when. */
final class RateRecorderTest {
    private long nanos = 5;
    private final RateRecorder recorder = new RateRecorder(RunListener.NONE, () -> nanos);

    private void after(double seconds, long images, long failed) {
        nanos += (long) (seconds * 1e9);
        recorder.progress(images, failed);
    }

    @Test
    void eachStepIsAPoint() {
        after(2, 10, 0);
        after(2, 30, 1);
        assertThat(recorder.points())
                .containsExactly(new ProgressPoint(0, 0, 0), new ProgressPoint(2, 10, 0), new ProgressPoint(4, 30, 1));
    }

    @Test
    void aTaskThatFailedDoesNotTurnTheClockBack() {
        after(2, 10, 2);
        after(2, 4, 0);
        after(2, 12, 1);
        assertThat(recorder.points()).extracting(ProgressPoint::images).containsExactly(0L, 10L, 12L);
        assertThat(recorder.points()).extracting(ProgressPoint::failed).containsExactly(0L, 2L, 2L);
    }

    @Test
    void aLongRunKeepsItsBeginningItsEndAndAFixedNumberOfPoints() {
        for (int i = 1; i <= 100_000; i++) {
            after(2, 10L * i, 0);
        }
        List<ProgressPoint> points = recorder.points();
        assertThat(points).hasSizeBetween(RateRecorder.MAX_POINTS / 3, RateRecorder.MAX_POINTS + 1);
        assertThat(points.get(0)).isEqualTo(new ProgressPoint(0, 0, 0));
        assertThat(points.get(points.size() - 1)).isEqualTo(new ProgressPoint(200_000, 1_000_000, 0));
    }
}
