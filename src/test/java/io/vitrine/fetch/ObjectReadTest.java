package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.catalog.ImageRef;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ObjectReadTest {
    private static final Duration TIMEOUT = Duration.ofMillis(200);

    /** Each stretch brings 10 bytes. */
    private final ObjectRead read =
            new ObjectRead(ImageRef.unlisted("http://photos.example/x"), new ReadLimits(TIMEOUT, 50));

    @BeforeEach
    void start() {
        read.start();
    }

    @Test
    void waitingForOthersIsNoStall() throws InterruptedException {
        read.waits();
        Thread.sleep(TIMEOUT.toMillis() + 50);
        assertThat(read.isOverdue(TIMEOUT)).isFalse();
        read.proceeds();
        assertThat(read.isOverdue(TIMEOUT)).isFalse();
    }

    @Test
    void aWaitThatIsOverGivesNoNewTime() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            Thread.sleep(TIMEOUT.toMillis() / 2);
            read.waits();
            read.proceeds();
        }
        assertThat(read.isOverdue(TIMEOUT)).isTrue();
    }

    @Test
    void bytesGiveNewTimeOnceWhateverTheAttempts() throws InterruptedException {
        Thread.sleep(TIMEOUT.toMillis() + 50);
        assertThat(read.isOverdue(TIMEOUT)).isTrue();
        read.progress(10);
        assertThat(read.isOverdue(TIMEOUT)).isFalse();
        Thread.sleep(TIMEOUT.toMillis() + 50);
        read.progress(10);
        assertThat(read.isOverdue(TIMEOUT)).isTrue();
        read.progress(20);
        assertThat(read.isOverdue(TIMEOUT)).isFalse();
    }
}
