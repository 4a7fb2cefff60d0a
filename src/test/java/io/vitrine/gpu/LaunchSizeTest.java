package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cuda.DeviceOutOfMemoryException;
import org.junit.jupiter.api.Test;

final class LaunchSizeTest {
    private final LaunchSize size = new LaunchSize("GPU 0", 1000);

    private void fail(long bytes) {
        size.failed(4, bytes, new DeviceOutOfMemoryException("none left"));
    }

    private int launchesUntil(long bytes) {
        int launches = 0;
        while (size.maxBytes() != bytes) {
            assertThat(launches).isLessThan(10_000);
            size.succeeded();
            launches++;
        }
        return launches;
    }

    @Test
    void recoversFromAMoment() {
        fail(600);
        assertThat(size.maxBytes()).isEqualTo(300);
        assertThat(launchesUntil(600)).isEqualTo(32);
        assertThat(launchesUntil(1000)).isEqualTo(32);
        size.succeeded();
        assertThat(size.maxBytes()).isEqualTo(1000);
    }

    @Test
    void triesLessOftenWhereThereIsLittle() {
        fail(1000);
        assertThat(launchesUntil(1000)).isEqualTo(32);
        fail(1000);
        assertThat(launchesUntil(1000)).isEqualTo(64);
        for (int i = 0; i < 20; i++) {
            fail(1000);
        }
        assertThat(launchesUntil(1000)).isEqualTo(4096);
    }
}
