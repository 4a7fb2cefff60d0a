package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage that does not deliver, or hangs: what becomes of one object, and of all. */
final class SlowObjectsTest {
    @Test
    void anObjectThatCannotBeReadIsRejectedAlone() {
        List<Fetched<ImageRef>> fetched = new ArrayList<>();
        try (Prefetch<ImageRef> prefetch = broken("one", 3)) {
            prefetch.forEachRemaining(fetched::add);
        }
        assertThat(fetched).hasSize(3).allSatisfy(image -> assertThatThrownBy(image::bytes)
                .isInstanceOf(ImageRejectedException.class)
                .hasMessageMatching(
                        "the storage did not deliver it within \\d+\\.\\d s, retries included: Read timed out")
                .extracting("reason")
                .isEqualTo(RejectionReason.UNREADABLE));
    }

    @Test
    void aStoreThatIsGoneStopsTheRun() {
        List<Fetched<ImageRef>> fetched = new ArrayList<>();
        try (Prefetch<ImageRef> prefetch = broken("all", 2 * StoreHealth.UNDELIVERED)) {
            assertThatThrownBy(() -> prefetch.forEachRemaining(fetched::add))
                    .isInstanceOf(StorageException.class)
                    .hasMessageMatching(
                            "Cannot read many images in a row, the last of them broken://all/\\d+: Read timed out")
                    .extracting("outlook")
                    .isEqualTo(StorageException.Outlook.TRANSIENT);
        }
        assertThat(fetched).hasSizeLessThan(StoreHealth.UNDELIVERED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "trickle"})
    void aSlowObjectIsRejectedInItsTimeWhileOthersAreRead(String slow) {
        List<ImageRef> refs = Stream.of("a", slow, "b", "c", "d")
                .map(name -> ImageRef.unlisted(HangingFileSystem.ROOT + name))
                .toList();
        List<Fetched<ImageRef>> fetched = new ArrayList<>();
        long start = System.nanoTime();
        try (Prefetch<ImageRef> prefetch = hanging(refs, new ReadLimits(Duration.ofSeconds(1), 80))) {
            prefetch.forEachRemaining(fetched::add);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        assertThatThrownBy(fetched.remove(1)::bytes)
                .hasMessageMatching("too slow: \\d+ bytes in 1\\.\\d s \\(--object-timeout, --object-rate\\)");
        assertThat(fetched).hasSize(4).allMatch(image -> image instanceof Fetched.Loaded<ImageRef>);
    }

    @Test
    void aSlowObjectThatBringsItsBytesIsRead() {
        List<ImageRef> refs =
                List.of(ImageRef.unlisted(HangingFileSystem.ROOT + "trickle")); // 20 bytes per second, 5 s
        try (Prefetch<ImageRef> prefetch = hanging(refs, new ReadLimits(Duration.ofSeconds(2), 5))) {
            assertThat(prefetch.next()).isInstanceOf(Fetched.Loaded.class);
        }
    }

    /** A read that returns late must not write into an array that another object uses. */
    @Test
    void theArrayOfAReadThatHangsIsNotReused() throws Exception {
        ByteArrayPool pool = new ByteArrayPool(1 << 20);
        ObjectReader reader = new ObjectReader(hanging(), TestReads.MAX_BYTES, TestReads.LIMITS);
        ImageRef ref = new ImageRef(HangingFileSystem.ROOT + "trickle", HangingFileSystem.LENGTH, 0, null);
        ObjectRead read = new ObjectRead(ref, TestReads.LIMITS);
        Thread thread = new Thread(() -> {
            try {
                reader.read(ref, pool, read);
            } catch (ImageRejectedException e) {
                // as expected of a read that was given up
            }
        });
        thread.start();
        Await.until("the read has begun", Duration.ofSeconds(10), () -> read.bytes() > 0);
        read.abandon();
        byte[] other = pool.acquire(HangingFileSystem.LENGTH);
        thread.join();
        assertThat(pool.acquire(HangingFileSystem.LENGTH)).isNotSameAs(other);
    }

    private static Configuration hanging() {
        Configuration configuration = new Configuration();
        configuration.set("fs.hanging.impl", HangingFileSystem.class.getName());
        return configuration;
    }

    private static Prefetch<ImageRef> hanging(List<ImageRef> refs, ReadLimits limits) {
        ObjectReader reader = new ObjectReader(hanging(), TestReads.MAX_BYTES, limits);
        return TestReads.prefetch(refs.iterator(), reader, 2, 1 << 20);
    }

    private static Prefetch<ImageRef> broken(String bucket, int images) {
        Configuration configuration = new Configuration();
        configuration.set("fs.broken.impl", BrokenFileSystem.class.getName());
        List<ImageRef> refs = IntStream.range(0, images)
                .mapToObj(i -> ImageRef.unlisted("broken://" + bucket + "/" + i))
                .toList();
        return TestReads.prefetch(refs.iterator(), TestReads.reader(configuration), 4, 1000);
    }
}
