package io.vitrine.table;

import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uploads of objects in parts that have not ended: nobody sees them, and they cost money. */
public final class PendingUploads {
    private static final Logger LOG = LoggerFactory.getLogger(PendingUploads.class);

    private PendingUploads() {}

    /** Aborts the uploads of objects in {@code folder}, which belong to runs that died. A failure is logged. */
    public static void abort(FileSystem fs, Path folder) {
        try {
            if (fs.hasPathCapability(folder, CommonPathCapabilities.FS_MULTIPART_UPLOADER)) {
                try (MultipartUploader uploader =
                        fs.createMultipartUploader(folder).build()) {
                    int count = uploader.abortUploadsUnderPath(folder).get();
                    if (count > 0) {
                        LOG.info("Aborted {} uploads of dead runs in {}", count, folder);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) { // listing uploads may be forbidden; the store's lifecycle rule removes them
            LOG.warn("Cannot abort the uploads of dead runs in {}: {}", folder, e.toString());
        }
    }
}
