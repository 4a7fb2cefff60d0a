package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects of which nothing is known but their paths. */
final class UnlistedObjectsTest {
    @TempDir
    private Path folder;

    @Test
    void anUnlistedFileIsDescribedFirst() throws IOException {
        TestReads.write(folder, 1, 100);
        assertThat(fetch(folder.resolve("0").toString()).ref().length()).isEqualTo(100);
    }

    @Test
    void largeObjectsOfUnknownLengthWaitForTheirTurn() throws Exception {
        TestReads.write(folder, 3, 1000);
        List<ImageRef> refs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            refs.add(ImageRef.unlisted(folder.resolve("" + i).toString()));
        }
        try (Prefetch<ImageRef> prefetch = TestReads.prefetch(refs.iterator(), 2, 100)) { // a share of 50 bytes each
            for (int i = 0; i < 3; i++) {
                Fetched<ImageRef> fetched = prefetch.next();
                assertThat(TestReads.text(fetched)).startsWith("image " + i + " ");
                assertThat(fetched.ref().length()).isEqualTo(1000);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"nowhere, MISSING", ".., NOT_AN_IMAGE"})
    void anUnlistedPathWithoutFileIsRejected(String name, RejectionReason reason) {
        assertThat(TestReads.reason(fetch(folder.resolve(name).normalize().toString())))
                .isEqualTo(reason);
    }

    @Test
    void anEmptyPathIsRejected() {
        assertThat(TestReads.reason(fetch(""))).isEqualTo(RejectionReason.MISSING);
    }

    @Test
    void aSchemeWithoutConnectorCostsItsOwnRow() {
        TestReads.assertRejected(
                fetch("gopher://host/a.jpg"),
                RejectionReason.UNREADABLE,
                "no connector for this scheme on the class path");
    }

    @Test
    void googleCloudStorageNamesTheConnectorToAdd() {
        TestReads.assertRejected(
                fetch("gs://bucket/a.jpg"),
                RejectionReason.UNREADABLE,
                "no connector for this scheme on the class path: for gs:// add --jars"
                        + " with the gcs-connector of Google Cloud for Hadoop 3");
    }

    /** One unlisted object. */
    private static Fetched<ImageRef> fetch(String path) {
        try (Prefetch<ImageRef> prefetch =
                TestReads.prefetch(List.of(ImageRef.unlisted(path)).iterator(), 2, 1 << 20)) {
            return prefetch.next();
        }
    }
}
