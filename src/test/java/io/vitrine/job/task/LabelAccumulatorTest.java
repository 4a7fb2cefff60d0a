package io.vitrine.job.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.report.ClassScore;
import io.vitrine.report.LabelFault;
import io.vitrine.report.LabelTally;
import org.junit.jupiter.api.Test;

final class LabelAccumulatorTest {
    private static LabelAccumulator of(int partition, double... losses) {
        LabelTally tally = new LabelTally();
        for (double loss : losses) {
            tally.add(new ClassScore(0, loss));
        }
        LabelAccumulator accumulator = new LabelAccumulator();
        accumulator.add(new LabelAccumulator.OfPartition(partition, tally));
        return accumulator;
    }

    @Test
    void aTaskThatRunsAgainCountsOnce() {
        LabelAccumulator all = new LabelAccumulator();
        all.merge(of(1, 0.5));
        all.merge(of(0, 1, 2));
        all.merge(of(1, 0.5));
        assertThat(all.value().measured()).isEqualTo(3);
        assertThat(all.value().top1()).isEqualTo(3);
        assertThat(all.value().lossSum()).isEqualTo(3.5);
    }

    @Test
    void theSumDoesNotDependOnWhichTaskEndsFirst() {
        LabelAccumulator forwards = new LabelAccumulator();
        LabelAccumulator backwards = new LabelAccumulator();
        for (int i = 0; i < 100; i++) {
            forwards.merge(of(i, 1.0 / (i + 1)));
            backwards.merge(of(99 - i, 1.0 / (100 - i)));
        }
        assertThat(backwards.value().lossSum()).isEqualTo(forwards.value().lossSum());
    }

    @Test
    void aCopyAndAnEmptyOneAreAsSparkExpects() {
        LabelAccumulator one = of(3, 1);
        assertThat(one.copy().value().measured()).isEqualTo(1);
        assertThat(one.copyAndReset().isZero()).isTrue();
        assertThat(one.isZero()).isFalse();
    }

    /** Those with the least paths, whatever the order. */
    @Test
    void aFewFaultsAreNamed() {
        LabelTally tally = new LabelTally();
        for (int i = 9; i >= 0; i--) {
            tally.addFault(LabelFault.UNKNOWN, "p" + i, "x".repeat(500));
        }
        LabelTally other = new LabelTally();
        other.addFault(LabelFault.UNKNOWN, "a", "y");
        tally.add(other);
        assertThat(tally.faults()).containsEntry(LabelFault.UNKNOWN, 11L);
        assertThat(tally.examples()).extracting(LabelTally.Example::path).containsExactly("a", "p0", "p1");
        assertThat(tally.examples()).allMatch(example -> example.label().length() < 100);
    }
}
