package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.Omissions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Files that tests read ahead, and what they are told of them. */
final class TestReads {
    static final long MAX_BYTES = 2000;
    static final ReadLimits LIMITS = new ReadLimits(Duration.ofMinutes(1), 1024);

    private TestReads() {}

    static Prefetch<ImageRef> prefetch(Iterator<ImageRef> refs, int ahead, long bytes) {
        return prefetch(refs, reader(new Configuration()), ahead, bytes);
    }

    static Prefetch<ImageRef> prefetch(Iterator<ImageRef> refs, ObjectReader reader, int ahead, long bytes) {
        return new Prefetch<>(refs, ref -> ref, reader, ahead, bytes);
    }

    static ObjectReader reader(Configuration configuration) {
        return new ObjectReader(configuration, MAX_BYTES, LIMITS);
    }

    /** Why the object was rejected; null if it was not. */
    static RejectionReason reason(Fetched<ImageRef> fetched) {
        return fetched instanceof Fetched.Rejected<ImageRef> rejected
                ? rejected.cause().reason()
                : null;
    }

    static void assertRejected(Fetched<ImageRef> fetched, RejectionReason reason, String detail) {
        assertThat(reason(fetched)).isEqualTo(reason);
        assertThatThrownBy(fetched::bytes)
                .isInstanceOf(ImageRejectedException.class)
                .hasMessage(detail);
    }

    static String text(Fetched<ImageRef> fetched) throws ImageRejectedException {
        FileBytes bytes = fetched.bytes();
        return new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.UTF_8);
    }

    /** Writes files 0, 1, 2, ... of {@code length} bytes into {@code folder}, and lists them. */
    static List<ImageRef> write(Path folder, int count, int length) throws IOException {
        List<ImageRef> refs = new ArrayList<>();
        ImageLister lister = new ImageLister(new Configuration(), "*", new Omissions());
        for (int i = 0; i < count; i++) {
            String text = "image " + i + " ";
            Path file = Files.writeString(folder.resolve("" + i), text + "x".repeat(length - text.length()));
            refs.addAll(lister.list(List.of(file.toString()), 1000).orElseThrow());
        }
        return refs;
    }
}
