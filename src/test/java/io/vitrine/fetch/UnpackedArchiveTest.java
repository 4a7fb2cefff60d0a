package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.testkit.Await;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class UnpackedArchiveTest {
    private static final int LENGTH = HalfwayFileSystem.UNPACKED.length;
    private static final ReadLimits LIMITS = new ReadLimits(Duration.ofSeconds(20), 1);

    private final CountDownLatch release = HalfwayFileSystem.reset();

    @AfterEach
    void release() {
        release.countDown();
    }

    private static UnpackedArchive archive(String name) {
        Configuration configuration = new Configuration();
        configuration.set("fs.halfway.impl", HalfwayFileSystem.class.getName());
        return new UnpackedArchive(HalfwayFileSystem.file(name), new ObjectReader(configuration, 1 << 20, LIMITS));
    }

    private static ObjectRead started(UnpackedArchive archive) {
        ObjectRead read = new ObjectRead(archive.archive(), LIMITS);
        read.start();
        return read;
    }

    /** 10 bytes of the archive. */
    private static byte[] read(UnpackedArchive archive, long ticket, int offset, ObjectRead read) {
        byte[] bytes = new byte[10];
        try {
            assertThat(archive.read(ticket, offset, bytes, bytes.length, read).bytes())
                    .isEqualTo(10);
            return bytes;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static byte[] expected(int offset) {
        return Arrays.copyOfRange(HalfwayFileSystem.UNPACKED, offset, offset + 10);
    }

    @Test
    void readsTakeTurnsOnOneStreamWhichRetiringCloses() {
        try (UnpackedArchive archive = archive("x.tar.gz")) {
            for (int i = 0; i < 4; i++) {
                assertThat(read(archive, archive.ticket(), i * 1000, started(archive)))
                        .isEqualTo(expected(i * 1000));
            }
            assertThat(HalfwayFileSystem.OPENED).hasValue(1);
            assertThat(read(archive, archive.ticket(), 5, started(archive))).isEqualTo(expected(5));
            assertThat(HalfwayFileSystem.OPENED).hasValue(2);
            assertThat(HalfwayFileSystem.OPEN).hasValue(1);
            archive.retire();
            assertThat(HalfwayFileSystem.OPEN).hasValue(0);
        }
    }

    @Test
    void aReadThatWaitsMayBeGivenUpWithoutHarmToTheStream() {
        try (UnpackedArchive archive = archive("x.tar.gz")) {
            read(archive, archive.ticket(), 0, started(archive));
            long next = archive.ticket();
            ObjectRead waiting = started(archive);
            waiting.abandon();
            assertThatThrownBy(() -> read(archive, archive.ticket(), 2000, waiting))
                    .hasCauseInstanceOf(InterruptedIOException.class);
            assertThat(read(archive, next, 1000, started(archive))).isEqualTo(expected(1000));
            assertThat(HalfwayFileSystem.OPENED).hasValue(1);
        }
    }

    @Test
    void aReadThatHangsHoldsNoneUpOnceItIsGivenUp() {
        try (UnpackedArchive archive = archive("stall.tar.gz")) {
            ObjectRead hanging = started(archive);
            long first = archive.ticket();
            CompletableFuture<byte[]> hangs =
                    CompletableFuture.supplyAsync(() -> read(archive, first, LENGTH - 10, hanging));
            Await.until("it has begun", Duration.ofSeconds(10), () -> HalfwayFileSystem.OPENED.get() == 1);
            ObjectRead waiting = started(archive);
            long second = archive.ticket();
            CompletableFuture<byte[]> waits =
                    CompletableFuture.supplyAsync(() -> read(archive, second, LENGTH - 10, waiting));
            Await.until("it waits", Duration.ofSeconds(10), waiting::isWaiting);
            assertThat(waiting.isOverdue(Duration.ZERO)).isFalse();
            hanging.abandon();
            assertThat(waits.join()).isEqualTo(expected(LENGTH - 10));
            assertThat(hangs).isNotDone();
            release.countDown();
            assertThatThrownBy(hangs::join).hasRootCauseInstanceOf(IOException.class);
            assertThat(HalfwayFileSystem.OPEN).hasValue(1);
        }
        assertThat(HalfwayFileSystem.OPEN).hasValue(0);
    }

    @Test
    void aReadThatEndsAfterTheCloseClosesItsStream() {
        UnpackedArchive archive = archive("stall.tar.gz");
        long ticket = archive.ticket();
        ObjectRead hanging = started(archive);
        CompletableFuture<byte[]> hangs =
                CompletableFuture.supplyAsync(() -> read(archive, ticket, LENGTH - 10, hanging));
        Await.until("it has begun", Duration.ofSeconds(10), () -> HalfwayFileSystem.OPENED.get() == 1);
        archive.close();
        assertThat(HalfwayFileSystem.OPEN).hasValue(1);
        release.countDown();
        assertThat(hangs.join()).isEqualTo(expected(LENGTH - 10));
        assertThat(HalfwayFileSystem.OPEN).hasValue(0);
    }
}
