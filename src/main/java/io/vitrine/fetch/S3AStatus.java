package io.vitrine.fetch;

import io.vitrine.catalog.ImageRef;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileStatus;

/**
 * S3A's own status, made again from a listing. Opening with it sends no HEAD request, and the etag makes the store refuse
 * an object that was replaced since. Apart from its caller, so that nothing else needs S3A on the class path.
 */
final class S3AStatus {
    private S3AStatus() {}

    static FileStatus of(ImageRef ref, Path path) {
        return new S3AFileStatus(ref.length(), ref.modified(), path, 32 << 20, "", ref.etag(), null);
    }
}
