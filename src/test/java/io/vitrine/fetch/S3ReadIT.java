package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.Omissions;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Listing and reading on a real store: requests sent, objects replaced and removed after listing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class S3ReadIT {
    private static final ReadLimits LIMITS = new ReadLimits(Duration.ofMinutes(1), 1024);

    @TempDir
    private static Path folder;

    private ObjectStore store;
    private Configuration configuration;
    private FileSystem fs;
    private ObjectReader reader;

    @BeforeAll
    void start() throws IOException {
        store = ObjectStore.start(folder, "photos");
        configuration = store.configuration();
        fs = new org.apache.hadoop.fs.Path("s3a://photos/").getFileSystem(configuration);
        reader = new ObjectReader(configuration, 1 << 20, LIMITS);
    }

    @AfterAll
    void stop() throws IOException {
        fs.close();
        store.close();
    }

    @Test
    void aListingHasEtagsAndTakesFewRequests() {
        put("etags");
        long before = count("object_list_request");
        assertThat(list("s3a://photos/etags")).hasSize(20).allSatisfy(ref -> assertThat(ref.etag())
                .isNotEmpty());
        assertThat(count("object_list_request") - before).isLessThanOrEqualTo(3);
    }

    @Test
    void aListedObjectTakesNoRequestBeforeItsGet() throws ImageRejectedException {
        put("heads");
        List<ImageRef> refs = list("s3a://photos/heads");
        ByteArrayPool pool = new ByteArrayPool(1 << 20);
        long before = headRequests();
        for (ImageRef ref : refs) {
            assertThat(read(ref, pool).length()).isEqualTo((int) ref.length());
        }
        assertThat(headRequests()).isEqualTo(before);
    }

    @Test
    void aReplacedObjectOfTheSameLengthIsRejected() {
        put("replaced");
        ImageRef ref = list("s3a://photos/replaced").get(3);
        byte[] other = new byte[(int) ref.length()];
        other[0] = 1;
        store.put(ref.path(), other);
        assertRejected(ref, new ByteArrayPool(1 << 20), RejectionReason.CHANGED);
    }

    @Test
    void aRemovedObjectIsRejected() throws IOException {
        put("removed");
        ImageRef ref = list("s3a://photos/removed").get(4);
        fs.delete(new org.apache.hadoop.fs.Path(ref.path()), false);
        assertRejected(ref, new ByteArrayPool(1 << 20), RejectionReason.MISSING);
    }

    @Test
    void aFailedReadReleasesItsArray() throws IOException, ImageRejectedException {
        put("arrays");
        List<ImageRef> refs = list("s3a://photos/arrays");
        fs.delete(new org.apache.hadoop.fs.Path(refs.get(4).path()), false);
        ByteArrayPool pool = new ByteArrayPool(1 << 10); // one array at a time
        byte[] array = read(refs.get(5), pool).array();
        pool.release(array);
        assertRejected(refs.get(4), pool, RejectionReason.MISSING);
        assertThat(read(refs.get(6), pool).array()).isSameAs(array);
    }

    @Test
    void s3IsTakenAsS3a() {
        put("scheme");
        assertThat(list("s3://photos/scheme")).hasSize(20).allSatisfy(ref -> assertThat(ref.path())
                .startsWith("s3a://photos/scheme/"));
    }

    /** Twenty objects of 1000 bytes and more. */
    private void put(String name) {
        for (int i = 0; i < 20; i++) {
            store.put("s3a://photos/" + name + "/" + i, new byte[1000 + i]);
        }
    }

    private List<ImageRef> list(String input) {
        return new ImageLister(configuration, "*", new Omissions())
                .list(List.of(input), 1000)
                .orElseThrow();
    }

    private void assertRejected(ImageRef ref, ByteArrayPool pool, RejectionReason reason) {
        assertThatThrownBy(() -> read(ref, pool))
                .isInstanceOf(ImageRejectedException.class)
                .extracting("reason")
                .isEqualTo(reason);
    }

    private FileBytes read(ImageRef ref, ByteArrayPool pool) throws ImageRejectedException {
        return reader.read(ref, pool, new ObjectRead(ref, LIMITS)).bytes();
    }

    private long headRequests() {
        return count("object_metadata_request") + count("action_http_head_request");
    }

    private long count(String statistic) {
        Long value = fs.getStorageStatistics().getLong(statistic);
        return value == null ? 0 : value;
    }
}
