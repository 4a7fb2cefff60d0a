package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listed files that are read ahead: their order, their bounds, and their arrays. */
@Tag("slow")
final class PrefetchTest {
    @TempDir
    private Path folder;

    @Test
    void objectsComeInOrderWithTheirBytes() throws Exception {
        List<ImageRef> refs = TestReads.write(folder, 50, 100);
        try (Prefetch<ImageRef> prefetch = TestReads.prefetch(refs.iterator(), 4, 1 << 20)) {
            for (int i = 0; i < 50; i++) {
                Fetched<ImageRef> fetched = prefetch.next();
                assertThat(fetched.item()).isEqualTo(refs.get(i));
                assertThat(TestReads.text(fetched)).startsWith("image " + i + " ");
            }
            assertThat(prefetch.hasNext()).isFalse();
            assertThatThrownBy(prefetch::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void keptObjectsStayWhileOthersAreRead() throws Exception {
        List<ImageRef> refs = TestReads.write(folder, 40, 100);
        Deque<Fetched<ImageRef>> files = new ArrayDeque<>();
        Deque<KeptBytes> kept = new ArrayDeque<>();
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        try (Prefetch<ImageRef> prefetch = TestReads.prefetch(refs.iterator(), 4, 1 << 20)) {
            for (int i = 0; i < 40; i++) {
                files.add(prefetch.next());
                kept.add(prefetch.keep());
                assertThat(kept.getLast().bytes()).isEqualTo(128);
                arrays.add(files.getLast().bytes().array());
                if (files.size() > 5) {
                    assertThat(TestReads.text(files.remove())).startsWith("image " + (i - 5) + " ");
                    kept.remove().close();
                }
            }
            assertThat(prefetch.hasNext()).isFalse();
            for (int i = 35; i < 40; i++) {
                assertThat(TestReads.text(files.remove())).startsWith("image " + i + " ");
                kept.remove().close();
            }
        }
        assertThat(arrays).hasSizeLessThan(20); // those that were released are used again
    }

    /** Arrays have 128 bytes. Taken: the object handed out, those pending, and one postponed. */
    @ParameterizedTest
    @CsvSource({"4, 1048576, 5", "8, 300, 4"})
    void noMoreIsTakenThanTheBoundsAllow(int ahead, long aheadBytes, int most) throws IOException {
        CountingIterator refs =
                new CountingIterator(TestReads.write(folder, 50, 100).iterator());
        try (Prefetch<ImageRef> prefetch = TestReads.prefetch(refs, ahead, aheadBytes)) {
            prefetch.next();
            assertThat(refs.taken).isLessThanOrEqualTo(most);
        }
    }

    @Test
    void objectsLargerThanTheBoundComeOneByOne() throws Exception {
        try (Prefetch<ImageRef> prefetch =
                TestReads.prefetch(TestReads.write(folder, 3, 100).iterator(), 8, 10)) {
            for (int i = 0; i < 3; i++) {
                assertThat(prefetch.next().bytes().length()).isEqualTo(100);
            }
        }
    }

    @Test
    void fewArraysHoldAllFiles() throws Exception {
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        try (Prefetch<ImageRef> prefetch =
                TestReads.prefetch(TestReads.write(folder, 50, 100).iterator(), 4, 4 * 128)) {
            while (prefetch.hasNext()) {
                arrays.add(prefetch.next().bytes().array());
            }
        }
        assertThat(arrays).hasSizeLessThanOrEqualTo(6); // four ahead, one handed out, one acquired before its release
    }

    /** Reads ahead finish before {@code hasNext} returns, because they run on the caller's thread. */
    @Test
    void bytesStayUntilTheNextObjectIsAskedFor() throws Exception {
        List<ImageRef> refs = TestReads.write(folder, 50, 100);
        try (Prefetch<ImageRef> prefetch = new Prefetch<>(
                refs.iterator(), ref -> ref, TestReads.reader(new Configuration()), 4, 4 * 128, new CallerThread())) {
            for (int i = 0; i < 50; i++) {
                Fetched<ImageRef> fetched = prefetch.next();
                assertThat(prefetch.hasNext()).isEqualTo(i < 49);
                assertThat(TestReads.text(fetched)).startsWith("image " + i + " ");
            }
        }
    }

    @Test
    void aVanishedOrReplacedObjectIsRejectedAlone() throws IOException {
        List<ImageRef> refs = TestReads.write(folder, 4, 100);
        Files.delete(folder.resolve("1"));
        Files.writeString(folder.resolve("2"), "another length");
        List<RejectionReason> reasons = new ArrayList<>();
        try (Prefetch<ImageRef> prefetch = TestReads.prefetch(refs.iterator(), 2, 1 << 20)) {
            prefetch.forEachRemaining(fetched -> reasons.add(TestReads.reason(fetched)));
        }
        assertThat(reasons).containsExactly(null, RejectionReason.MISSING, RejectionReason.CHANGED, null);
    }

    @Test
    void aFileOverTheLimitIsNotRead() throws IOException {
        try (Prefetch<ImageRef> prefetch =
                TestReads.prefetch(TestReads.write(folder, 1, 3000).iterator(), 2, 1 << 20)) {
            TestReads.assertRejected(
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
        refs.addAll(TestReads.write(folder, 2, 100));
        ObjectReader reader = new ObjectReader(new Configuration(), length, TestReads.LIMITS);
        try (Prefetch<ImageRef> prefetch = TestReads.prefetch(refs.iterator(), reader, 2, 1 << 20)) {
            TestReads.assertRejected(
                    prefetch.next(),
                    RejectionReason.OUT_OF_MEMORY,
                    "2147483639 bytes need more memory than this executor has left");
            assertThat(prefetch.next()).isInstanceOf(Fetched.Loaded.class);
            assertThat(prefetch.next()).isInstanceOf(Fetched.Loaded.class);
        }
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
}
