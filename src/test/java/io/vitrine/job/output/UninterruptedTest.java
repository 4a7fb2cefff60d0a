package io.vitrine.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class UninterruptedTest {
    @Test
    void aStepEndsThoughItsCallerIsInterrupted() {
        AtomicBoolean done = new AtomicBoolean();
        Thread.currentThread().interrupt();
        Uninterrupted.run(() -> done.set(true));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).isTrue();
    }

    @Test
    void aCleanUpThatHangsIsLeftToItself() throws Exception {
        CountDownLatch store = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Uninterrupted.cleanUp(
                () -> {
                    awaitQuietly(store);
                    done.countDown();
                },
                Duration.ofMillis(100));
        assertThat(done.getCount()).isOne();
        store.countDown();
        done.await();
    }

    @Test
    void aFailureOfACleanUpIsItsOwn() {
        assertThatThrownBy(() -> Uninterrupted.cleanUp(() -> {
                    throw new IllegalStateException("why");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("why");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
