package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading from a real store: requests sent, objects replaced and removed after listing. */
final class S3ReadIT {
    private static final ByteArrayPool BUFFERS = new ByteArrayPool(1 << 20);

    @TempDir
    private Path folder;

    @Test
    void listedObjectsCostOneGetEachAndChangesAreNoticed() throws IOException, ImageRejectedException {
        try (S3Store store = Sandbox.store(folder, "photos")) {
            Configuration configuration = Sandbox.configuration(store);
            FileSystem fs = new org.apache.hadoop.fs.Path("s3a://photos/").getFileSystem(configuration);
            for (int i = 0; i < 20; i++) {
                Sandbox.put(fs, "s3a://photos/a/" + i, new byte[1000 + i]);
            }
            long lists = count(fs, "object_list_request");
            List<ImageRef> refs = new ImageLister(configuration, "*")
                    .list(List.of("s3a://photos/a"), 1000)
                    .orElseThrow();
            assertThat(refs).hasSize(20).allSatisfy(ref -> assertThat(ref.etag())
                    .isNotEmpty());
            assertThat(count(fs, "object_list_request") - lists).isLessThanOrEqualTo(3);

            long heads = count(fs, "object_metadata_request") + count(fs, "action_http_head_request");
            ObjectReader reader = new ObjectReader(configuration, 1 << 20);
            for (ImageRef ref : refs) {
                assertThat(reader.read(ref, BUFFERS).length()).isEqualTo((int) ref.length());
            }
            assertThat(count(fs, "object_metadata_request") + count(fs, "action_http_head_request"))
                    .isEqualTo(heads);

            byte[] other = new byte[(int) refs.get(3).length()]; // as long as before
            other[0] = 1;
            Sandbox.put(fs, refs.get(3).path(), other);
            fs.delete(new org.apache.hadoop.fs.Path(refs.get(4).path()), false);
            assertThat(reason(reader, refs.get(3))).isEqualTo(RejectionReason.CHANGED);
            assertThat(reason(reader, refs.get(4))).isEqualTo(RejectionReason.MISSING);

            ByteArrayPool one = new ByteArrayPool(1 << 10);
            byte[] array = reader.read(refs.get(5), one).array();
            one.giveBack(array);
            assertThatThrownBy(() -> reader.read(refs.get(4), one)).isInstanceOf(ImageRejectedException.class);
            assertThat(reader.read(refs.get(6), one).array()).isSameAs(array); // the failed read gave it back
            fs.close();
        }
    }

    private static RejectionReason reason(ObjectReader reader, ImageRef ref) {
        try {
            reader.read(ref, BUFFERS);
            return null;
        } catch (ImageRejectedException e) {
            return e.reason();
        }
    }

    private static long count(FileSystem fs, String statistic) {
        Long value = fs.getStorageStatistics().getLong(statistic);
        return value == null ? 0 : value;
    }
}
