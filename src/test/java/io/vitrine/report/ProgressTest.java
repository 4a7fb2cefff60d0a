package io.vitrine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final StringWriter out = new StringWriter();
    private long nanos = 7 * SECOND;

    private List<String> lines() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private PrintStream stream() {
        return new PrintStream(err, true, StandardCharsets.UTF_8);
    }

    @Test
    void aLineSaysRateFailuresAndTimeLeft() {
        ImageLines meter = new ImageLines(20_000, stream(), () -> nanos);
        nanos += 60 * SECOND; // while the model loads
        meter.update(1_000, 2);
        nanos += 10 * SECOND;
        meter.update(6_000, 12);
        assertThat(lines())
                .containsExactly(
                        "1,000 of 20,000 images, 2 failed", "6,000 of 20,000 images, 12 failed, 500.0/s, 28 s left");
    }

    @Test
    void oneImageIsSingular() {
        new ImageLines(1, stream(), () -> nanos).update(1, 0);
        assertThat(lines()).containsExactly("1 of 1 image, 0 failed");
    }

    @Test
    void theFirstLineIsEarlyAndTheNextOnesEveryTenSeconds() {
        ImageLines meter = new ImageLines(100, stream(), () -> nanos);
        for (int done = 1; done <= 100; done++) {
            nanos += SECOND / 4;
            meter.update(done, 0);
        }
        assertThat(lines()).hasSize(3);
        assertThat(lines().get(0)).startsWith("1 of 100 images");
        assertThat(lines().get(1)).startsWith("41 of 100 images");
        assertThat(lines().get(2)).startsWith("81 of 100 images");
    }

    @Test
    void phasesAreLinesOnStandardErrorAndThePlanGoesToStandardOutput() {
        List<String> meter = new ArrayList<>();
        try (Progress progress = new Progress(stream(), new PrintWriter(out), total -> recording(total, meter))) {
            progress.phase(RunPhase.STARTING_SPARK);
            progress.planned("the plan\n", 10);
            progress.phase(RunPhase.LOADING_MODEL);
            progress.progress(0, 0);
            progress.phase(RunPhase.EXTRACTING);
            progress.progress(4, 1);
        }
        assertThat(lines()).containsExactly("starting Spark", "loading the model");
        assertThat(out).hasToString("the plan\n");
        assertThat(meter).containsExactly("total 10", "4, 1 failed", "closed");
    }

    private static ImageMeter recording(long total, List<String> calls) {
        calls.add("total " + total);
        return new ImageMeter() {
            @Override
            public void update(long done, long failed) {
                calls.add(done + ", " + failed + " failed");
            }

            @Override
            public void close() {
                calls.add("closed");
            }
        };
    }

    @Test
    void aRunWithNothingToDoHasNoMeter() {
        List<String> meter = new ArrayList<>();
        try (Progress progress = new Progress(stream(), new PrintWriter(out), total -> recording(total, meter))) {
            progress.planned("the plan\n", 0);
            progress.progress(0, 0);
        }
        assertThat(meter).isEmpty();
    }
}
