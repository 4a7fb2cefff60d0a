package io.vitrine.job.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FailedTasksTest {
    @AfterEach
    void clear() {
        FailedTasks.clear();
    }

    @Test
    void aTaskIsKnownByItsStageAndPartition() {
        FailedTasks.add(3, 7);
        assertThat(FailedTasks.contains(3, 7)).isTrue();
        assertThat(FailedTasks.contains(3, 8)).isFalse();
        assertThat(FailedTasks.contains(4, 7)).isFalse();
    }

    @Test
    void theOldestAreForgottenFirst() {
        for (int i = 0; i <= 10_000; i++) {
            FailedTasks.add(1, i);
        }
        assertThat(FailedTasks.contains(1, 0)).isFalse();
        assertThat(FailedTasks.contains(1, 1)).isTrue();
        assertThat(FailedTasks.contains(1, 10_000)).isTrue();
    }

    @Test
    void aRunThatEndsLeavesNone() {
        FailedTasks.add(1, 1);
        DecoderHolder.closeAll();
        assertThat(FailedTasks.contains(1, 1)).isFalse();
    }
}
