package io.vitrine.catalog;

import io.vitrine.RunInterruptedException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;

/** Opens listed objects without asking the store what they are. */
public final class ObjectStreams {
    private ObjectStreams() {}

    /** How much of an object is read. */
    public enum Policy {
        /** All of it, in order: one request. */
        WHOLE("whole-file", "sequential"),
        /** Ranges of it: a request each. */
        RANGES("random", "random");

        private final String policy;
        private final String fadvise;

        Policy(String policy, String fadvise) {
            this.policy = policy;
            this.fadvise = fadvise;
        }
    }

    /**
     * Opens an object. A store with version tags refuses one that was replaced after it was listed.
     *
     * @param ref in the state that a listing gave
     */
    public static FSDataInputStream open(ImageFile file, ImageRef ref, Policy policy) throws IOException {
        FutureDataInputStreamBuilder builder = file.fileSystem()
                .openFile(file.path())
                .opt("fs.option.openfile.read.policy", policy.policy) // from Hadoop 3.3.5 on
                .opt("fs.s3a.experimental.input.fadvise", policy.fadvise); // earlier versions
        if ("s3a".equals(file.fileSystem().getUri().getScheme())) {
            builder.withFileStatus(S3AStatus.of(ref, file.path()));
        }
        try {
            return builder.build().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while opening " + file.path(), e);
        }
    }
}
