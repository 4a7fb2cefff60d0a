package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;
import org.junit.jupiter.api.Test;

final class StorageDeadlineTest {
    private static final StorageDeadline DEADLINE = StorageDeadline.of(Duration.ofSeconds(1));
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    @Test
    void anAnswerInTimeIsTheResult() throws IOException {
        assertThat(DEADLINE.call(() -> "answer")).isEqualTo("answer");
    }

    @Test
    void aRequestThatHangsEndsWithAnError() {
        assertThatThrownBy(() -> DEADLINE.call(StorageDeadlineTest::hang))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("no answer from storage within 1 s (vitrine.storage.timeout)");
    }

    @Test
    void failuresOfTheRequestAreItsOwn() {
        assertThatThrownBy(() -> DEADLINE.call(() -> {
                    throw new FileNotFoundException("nowhere");
                }))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("nowhere");
        assertThatThrownBy(() -> DEADLINE.call(() -> {
                    throw new IllegalArgumentException("not a path");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a path");
    }

    @Test
    void aListingKeepsItsElementsAndTheirOrder() throws IOException {
        List<Long> found = new ArrayList<>();
        RemoteIterator<Long> listing = new TimedIterator<>(
                RemoteIterators.remoteIteratorFromIterator(
                        LongStream.range(0, 2500).iterator()),
                DEADLINE);
        while (listing.hasNext()) {
            found.add(listing.next());
        }
        assertThat(found).hasSize(2500).isSorted().startsWith(0L).endsWith(2499L);
        assertThatThrownBy(listing::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void aListingThatHangsNamesItsPath() {
        Configuration configuration = new Configuration();
        configuration.set("fs.stalling.impl", StallingFileSystem.class.getName());
        configuration.set(StorageDeadline.SETTING, "1s");
        ImageLister lister = new ImageLister(configuration, "*", new Omissions());
        assertThatThrownBy(() -> lister.list(List.of("stalling://host/photos"), 1000))
                .isInstanceOf(StorageException.class)
                .hasMessage("Cannot list the input stalling://host/photos: no answer from storage within 1 s"
                        + " (vitrine.storage.timeout)")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.TRANSIENT);
    }

    private static String hang() throws InterruptedException {
        NEVER.await();
        return "late";
    }

    /** Its folder's listing never ends. */
    public static final class StallingFileSystem extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("stalling://host");
        }

        @Override
        public FileStatus getFileStatus(Path path) {
            return new FileStatus(0, true, 1, 0, 0, path);
        }

        @Override
        public RemoteIterator<LocatedFileStatus> listFiles(Path path, boolean recursive) throws IOException {
            try {
                NEVER.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return RemoteIterators.remoteIteratorFromArray(new LocatedFileStatus[0]);
        }
    }
}
