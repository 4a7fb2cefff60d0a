package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrefetchTest {
    @TempDir
    private Path folder;

    @Test
    void objectsComeInOrderWithTheirBytes() throws IOException {
        List<ImageRef> refs = write(50, 100);
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 4, 1 << 20)) {
            for (int i = 0; i < 50; i++) {
                Prefetch.Fetched<ImageRef> fetched = prefetch.next();
                assertThat(fetched.item()).isEqualTo(refs.get(i));
                assertThat(text(fetched.bytes())).startsWith("image " + i + " ");
            }
            assertThat(prefetch.hasNext()).isFalse();
            assertThatThrownBy(prefetch::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void noMoreIsTakenThanTheBoundsAllow() throws IOException {
        Counting byCount = new Counting(write(50, 100).iterator());
        try (Prefetch<ImageRef> prefetch = prefetch(byCount, 4, 1 << 20)) {
            prefetch.next();
            assertThat(byCount.taken).isLessThanOrEqualTo(5);
        }
        Counting byBytes = new Counting(write(50, 100).iterator());
        try (Prefetch<ImageRef> prefetch = prefetch(byBytes, 8, 300)) {
            prefetch.next();
            assertThat(byBytes.taken).isLessThanOrEqualTo(4); // one out, two of 128 bytes pending, one held back
        }
        Counting huge = new Counting(write(3, 100).iterator());
        try (Prefetch<ImageRef> prefetch = prefetch(huge, 8, 10)) { // each larger than the bound: one by one
            assertThat(prefetch.next().bytes().length()).isEqualTo(100);
            assertThat(prefetch.next().bytes().length()).isEqualTo(100);
            assertThat(prefetch.next().bytes().length()).isEqualTo(100);
        }
    }

    @Test
    void fewArraysHoldAllFiles() throws IOException {
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        try (Prefetch<ImageRef> prefetch = prefetch(write(50, 100).iterator(), 4, 4 * 128)) {
            prefetch.forEachRemaining(fetched -> arrays.add(fetched.bytes().array()));
        }
        assertThat(arrays).hasSizeLessThanOrEqualTo(6); // four ahead, one handed out, one asked for before it came back
    }

    @Test
    void bytesStayUntilTheNextObjectIsAskedFor() throws IOException, InterruptedException {
        Counting refs = new Counting(write(50, 100).iterator());
        try (Prefetch<ImageRef> prefetch = prefetch(refs, 4, 4 * 128)) {
            for (int i = 0; i < 50; i++) {
                Prefetch.Fetched<ImageRef> fetched = prefetch.next();
                assertThat(prefetch.hasNext()).isEqualTo(i < 49);
                Thread.sleep(2); // for the reads that are under way
                assertThat(text(fetched.bytes())).startsWith("image " + i + " ");
            }
        }
    }

    @Test
    void aVanishedOrReplacedObjectIsItsOwnFailure() throws IOException {
        List<ImageRef> refs = write(4, 100);
        Files.delete(folder.resolve("1"));
        Files.writeString(folder.resolve("2"), "another length");
        List<RejectionReason> reasons = new ArrayList<>();
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 2, 1 << 20)) {
            prefetch.forEachRemaining(
                    f -> reasons.add(f.failure() == null ? null : f.failure().reason()));
        }
        assertThat(reasons).containsExactly(null, RejectionReason.MISSING, RejectionReason.CHANGED, null);
    }

    @Test
    void aFileOverTheLimitIsNotRead() throws IOException {
        List<ImageRef> refs = write(1, 3000);
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 2, 1 << 20)) {
            assertThat(prefetch.next().failure())
                    .hasMessage("3000 bytes; the limit is 2000 (--max-image-bytes)")
                    .extracting("reason")
                    .isEqualTo(RejectionReason.TOO_LARGE);
        }
    }

    @Test
    void heavyObjectsOfUnknownLengthWaitForTheirTurn() throws IOException {
        write(3, 1000);
        List<ImageRef> refs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            refs.add(ImageRef.unlisted(folder.resolve("" + i).toString()));
        }
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 2, 100)) { // a share of 50 bytes each
            for (int i = 0; i < 3; i++) {
                Prefetch.Fetched<ImageRef> fetched = prefetch.next();
                assertThat(text(fetched.bytes())).startsWith("image " + i + " ");
                assertThat(fetched.ref().length()).isEqualTo(1000);
            }
        }
    }

    @Test
    void aSchemeWithoutConnectorCostsItsOwnRow() {
        List<ImageRef> refs = List.of(ImageRef.unlisted("gopher://host/a.jpg"));
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 2, 100)) {
            assertThat(prefetch.next().failure())
                    .hasMessage("no connector for this scheme on the class path")
                    .extracting("reason")
                    .isEqualTo(RejectionReason.UNREADABLE);
        }
    }

    @Test
    void unlistedPathsAreDescribedFirst() throws IOException {
        write(1, 100);
        List<ImageRef> refs = List.of(
                ImageRef.unlisted(folder.resolve("0").toString()),
                ImageRef.unlisted(folder.resolve("nowhere").toString()),
                ImageRef.unlisted(folder.toString()),
                ImageRef.unlisted(""));
        try (Prefetch<ImageRef> prefetch = prefetch(refs.iterator(), 2, 1 << 20)) {
            assertThat(prefetch.next().ref().length()).isEqualTo(100);
            assertThat(prefetch.next().failure().reason()).isEqualTo(RejectionReason.MISSING);
            assertThat(prefetch.next().failure().reason()).isEqualTo(RejectionReason.NOT_AN_IMAGE);
            assertThat(prefetch.next().failure().reason()).isEqualTo(RejectionReason.MISSING);
        }
    }

    private static Prefetch<ImageRef> prefetch(Iterator<ImageRef> refs, int ahead, long bytes) {
        return new Prefetch<>(refs, ref -> ref, new ObjectReader(new Configuration(), 2000), ahead, bytes);
    }

    private static String text(FileBytes bytes) {
        return new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.UTF_8);
    }

    /** Files named 0, 1, 2, ... of {@code length} bytes. */
    private List<ImageRef> write(int count, int length) throws IOException {
        List<ImageRef> refs = new ArrayList<>();
        ImageLister listing = new ImageLister(new Configuration(), "*");
        for (int i = 0; i < count; i++) {
            String text = "image " + i + " ";
            Path file = Files.writeString(folder.resolve("" + i), text + "x".repeat(length - text.length()));
            refs.addAll(listing.list(List.of(file.toString()), 1000).orElseThrow());
        }
        return refs;
    }

    private static final class Counting implements Iterator<ImageRef> {
        private final Iterator<ImageRef> refs;
        private int taken;

        private Counting(Iterator<ImageRef> refs) {
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
