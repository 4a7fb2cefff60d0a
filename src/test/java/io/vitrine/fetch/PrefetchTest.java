package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.Omissions;
import io.vitrine.testkit.Await;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PrefetchTest {
    private static final long MAX_BYTES = 2000;
    private static final ReadLimits LIMITS = new ReadLimits(Duration.ofMinutes(1), 1024);

    @TempDir
    private Path folder;

    @Test
    void objectsComeInOrderWithTheirBytes() throws Exception {
        List<ImageRef> refs = write(50, 100);
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 4, 1 << 20)) {
            for (int i = 0; i < 50; i++) {
                Fetched<ImageRef> fetched = prefetch.next();
                assertThat(fetched.item()).isEqualTo(refs.get(i));
                assertThat(text(fetched)).startsWith("image " + i + " ");
            }
            assertThat(prefetch.hasNext()).isFalse();
            assertThatThrownBy(prefetch::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void keptObjectsStayWhileOthersAreRead() throws Exception {
        List<ImageRef> refs = write(40, 100);
        Deque<Fetched<ImageRef>> files = new ArrayDeque<>();
        Deque<KeptBytes> kept = new ArrayDeque<>();
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 4, 1 << 20)) {
            for (int i = 0; i < 40; i++) {
                files.add(prefetch.next());
                kept.add(prefetch.keep());
                assertThat(kept.getLast().bytes()).isEqualTo(128);
                arrays.add(files.getLast().bytes().array());
                if (files.size() > 5) {
                    assertThat(text(files.remove())).startsWith("image " + (i - 5) + " ");
                    kept.remove().close();
                }
            }
            assertThat(prefetch.hasNext()).isFalse();
            for (int i = 35; i < 40; i++) {
                assertThat(text(files.remove())).startsWith("image " + i + " ");
                kept.remove().close();
            }
        }
        assertThat(arrays).hasSizeLessThan(20); // those that were released are used again
    }

    /** Arrays have 128 bytes. Taken: the object handed out, those pending, and one postponed. */
    @ParameterizedTest
    @CsvSource({"4, 1048576, 5", "8, 300, 4"})
    void noMoreIsTakenThanTheBoundsAllow(int ahead, long aheadBytes, int most) throws IOException {
        CountingIterator refs = new CountingIterator(write(50, 100).iterator());
        try (Prefetch<ImageRef> prefetch = prefetch(refs, ahead, aheadBytes)) {
            prefetch.next();
            assertThat(refs.taken).isLessThanOrEqualTo(most);
        }
    }

    @Test
    void objectsLargerThanTheBoundComeOneByOne() throws Exception {
        try (Prefetch<ImageRef> prefetch = prefetch(write(3, 100).iterator(), 8, 10)) {
            for (int i = 0; i < 3; i++) {
                assertThat(prefetch.next().bytes().length()).isEqualTo(100);
            }
        }
    }

    @Test
    void fewArraysHoldAllFiles() throws Exception {
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        try (Prefetch<ImageRef> prefetch = prefetch(write(50, 100).iterator(), 4, 4 * 128)) {
            while (prefetch.hasNext()) {
                arrays.add(prefetch.next().bytes().array());
            }
        }
        assertThat(arrays).hasSizeLessThanOrEqualTo(6); // four ahead, one handed out, one acquired before its release
    }

    /** Reads ahead finish before {@code hasNext} returns, because they run on the caller's thread. */
    @Test
    void bytesStayUntilTheNextObjectIsAskedFor() throws Exception {
        List<ImageRef> refs = write(50, 100);
        try (Prefetch<ImageRef> prefetch = new Prefetch<>(
                refs.iterator(), ref -> ref, reader(new Configuration()), 4, 4 * 128, new CallerThread())) {
            for (int i = 0; i < 50; i++) {
                Fetched<ImageRef> fetched = prefetch.next();
                assertThat(prefetch.hasNext()).isEqualTo(i < 49);
                assertThat(text(fetched)).startsWith("image " + i + " ");
            }
        }
    }

    @Test
    void aVanishedOrReplacedObjectIsRejectedAlone() throws IOException {
        List<ImageRef> refs = write(4, 100);
        Files.delete(folder.resolve("1"));
        Files.writeString(folder.resolve("2"), "another length");
        List<RejectionReason> reasons = new ArrayList<>();
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 2, 1 << 20)) {
            prefetch.forEachRemaining(fetched -> reasons.add(reason(fetched)));
        }
        assertThat(reasons).containsExactly(null, RejectionReason.MISSING, RejectionReason.CHANGED, null);
    }

    @Test
    void aFileOverTheLimitIsNotRead() throws IOException {
        try (Prefetch<ImageRef> prefetch = prefetch(write(1, 3000).iterator(), 2, 1 << 20)) {
            assertRejected(
                    prefetch.next(), RejectionReason.TOO_LARGE, "3000 bytes; the limit is 2000 (--max-image-bytes)");
        }
    }

    /** The file has no blocks on disk. The heap of the tests has 2 GiB. */
    @Test
    void aFileThatDoesNotFitTheHeapIsRejectedAlone() throws IOException {
        int length = Integer.MAX_VALUE - 8;
        Path file = folder.resolve("large");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(length);
        }
        List<ImageRef> refs = new ArrayList<>();
        refs.add(new ImageRef(
                file.toString(), length, Files.getLastModifiedTime(file).toMillis(), null));
        refs.addAll(write(2, 100));
        ObjectReader reader = new ObjectReader(new Configuration(), length, LIMITS);
        try (Prefetch<ImageRef> prefetch = new Prefetch<>(refs.iterator(), ref -> ref, reader, 2, 1 << 20)) {
            assertRejected(
                    prefetch.next(),
                    RejectionReason.OUT_OF_MEMORY,
                    "2147483639 bytes need more memory than this executor has left");
            assertThat(prefetch.next()).isInstanceOf(Fetched.Loaded.class);
            assertThat(prefetch.next()).isInstanceOf(Fetched.Loaded.class);
        }
    }

    @Test
    void largeObjectsOfUnknownLengthWaitForTheirTurn() throws Exception {
        write(3, 1000);
        List<ImageRef> refs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            refs.add(ImageRef.unlisted(folder.resolve("" + i).toString()));
        }
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 2, 100)) { // a share of 50 bytes each
            for (int i = 0; i < 3; i++) {
                Fetched<ImageRef> fetched = prefetch.next();
                assertThat(text(fetched)).startsWith("image " + i + " ");
                assertThat(fetched.ref().length()).isEqualTo(1000);
            }
        }
    }

    @Test
    void aSchemeWithoutConnectorCostsItsOwnRow() {
        assertRejected(
                fetch("gopher://host/a.jpg"),
                RejectionReason.UNREADABLE,
                "no connector for this scheme on the class path");
    }

    @Test
    void googleCloudStorageNamesTheConnectorToAdd() {
        assertRejected(
                fetch("gs://bucket/a.jpg"),
                RejectionReason.UNREADABLE,
                "no connector for this scheme on the class path: for gs:// add --jars"
                        + " with the gcs-connector of Google Cloud for Hadoop 3");
    }

    @Test
    void anUnlistedFileIsDescribedFirst() throws IOException {
        write(1, 100);
        assertThat(fetch(folder.resolve("0").toString()).ref().length()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"nowhere, MISSING", ".., NOT_AN_IMAGE"})
    void anUnlistedPathWithoutFileIsRejected(String name, RejectionReason reason) {
        assertThat(reason(fetch(folder.resolve(name).normalize().toString()))).isEqualTo(reason);
    }

    @Test
    void anEmptyPathIsRejected() {
        assertThat(reason(fetch(""))).isEqualTo(RejectionReason.MISSING);
    }

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

    @Test
    void anAnswerShowsThatTheStoreIsThere() {
        StoreHealth health = StoreHealth.of("broken://some/a.jpg");
        for (int i = 0; i < 100; i++) {
            assertThat(health.failed("broken://some/a.jpg")).isEqualTo(false);
            if (i % 15 == 14) {
                StoreHealth.of("broken://some/b.jpg").answered();
            }
        }
    }

    @Test
    void storesHaveTheirOwnHealth() {
        StoreHealth health = StoreHealth.of("/data/1.jpg");
        assertThat(StoreHealth.of("file:/other/2.jpg")).isSameAs(health);
        assertThat(StoreHealth.of("s3a://bucket/1.jpg"))
                .isSameAs(StoreHealth.of("s3a://bucket"))
                .isNotSameAs(StoreHealth.of("s3a://another/1.jpg"))
                .isNotSameAs(health);
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
        ObjectReader reader = new ObjectReader(hanging(), MAX_BYTES, LIMITS);
        ImageRef ref = new ImageRef(HangingFileSystem.ROOT + "trickle", HangingFileSystem.LENGTH, 0, null);
        ObjectRead read = new ObjectRead(ref, LIMITS);
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
        ObjectReader reader = new ObjectReader(hanging(), MAX_BYTES, limits);
        return new Prefetch<>(refs.iterator(), ref -> ref, reader, 2, 1 << 20);
    }

    private static Prefetch<ImageRef> broken(String bucket, int images) {
        Configuration configuration = new Configuration();
        configuration.set("fs.broken.impl", BrokenFileSystem.class.getName());
        List<ImageRef> refs = IntStream.range(0, images)
                .mapToObj(i -> ImageRef.unlisted("broken://" + bucket + "/" + i))
                .toList();
        return new Prefetch<>(refs.iterator(), ref -> ref, reader(configuration), 4, 1000);
    }

    private static Prefetch<ImageRef> prefetch(Iterator<ImageRef> refs, int ahead, long bytes) {
        return new Prefetch<>(refs, ref -> ref, reader(new Configuration()), ahead, bytes);
    }

    private static ObjectReader reader(Configuration configuration) {
        return new ObjectReader(configuration, MAX_BYTES, LIMITS);
    }

    /** One unlisted object. */
    private static Fetched<ImageRef> fetch(String path) {
        try (Prefetch<ImageRef> prefetch =
                prefetch(List.of(ImageRef.unlisted(path)).iterator(), 2, 1 << 20)) {
            return prefetch.next();
        }
    }

    /** Why the object was rejected; null if it was not. */
    private static RejectionReason reason(Fetched<ImageRef> fetched) {
        return fetched instanceof Fetched.Rejected<ImageRef> rejected
                ? rejected.cause().reason()
                : null;
    }

    private static void assertRejected(Fetched<ImageRef> fetched, RejectionReason reason, String detail) {
        assertThat(reason(fetched)).isEqualTo(reason);
        assertThatThrownBy(fetched::bytes)
                .isInstanceOf(ImageRejectedException.class)
                .hasMessage(detail);
    }

    private static String text(Fetched<ImageRef> fetched) throws ImageRejectedException {
        FileBytes bytes = fetched.bytes();
        return new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.UTF_8);
    }

    /** Writes files 0, 1, 2, ... of {@code length} bytes, and lists them. */
    private List<ImageRef> write(int count, int length) throws IOException {
        List<ImageRef> refs = new ArrayList<>();
        ImageLister lister = new ImageLister(new Configuration(), "*", new Omissions());
        for (int i = 0; i < count; i++) {
            String text = "image " + i + " ";
            Path file = Files.writeString(folder.resolve("" + i), text + "x".repeat(length - text.length()));
            refs.addAll(lister.list(List.of(file.toString()), 1000).orElseThrow());
        }
        return refs;
    }

    private static final class CountingIterator implements Iterator<ImageRef> {
        private final Iterator<ImageRef> refs;
        private int taken;

        private CountingIterator(Iterator<ImageRef> refs) {
            this.refs = refs;
        }

        @Override
        public boolean hasNext() {
            return refs.hasNext();
        }

        @Override
        public ImageRef next() {
            taken++;
            return refs.next();
        }
    }

    /** Runs each task at once, on the caller's thread. */
    private static final class CallerThread extends AbstractExecutorService {
        private boolean stopped;

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {
            stopped = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            stopped = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return stopped;
        }

        @Override
        public boolean isTerminated() {
            return stopped;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
