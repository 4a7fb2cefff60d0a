package io.vitrine.catalog;

import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileStatus;

/**
 * Makes S3A's status of an object from its listing. Opening with it sends no HEAD request, and with its etag the store refuses an
 * object that was replaced after listing. A class of its own, so that no other class needs S3A on the class path.
 */
final class S3AStatus {
    private static final int BLOCK_BYTES = 32 << 20;

    private S3AStatus() {}

    static FileStatus of(ImageRef ref, Path path) {
        return new S3AFileStatus(ref.length(), ref.modified(), path, BLOCK_BYTES, "", S3Pages.etag(ref.etag()), null);
    }
}
