package io.vitrine.testkit;

import com.amazonaws.AmazonClientException;
import com.amazonaws.SdkClientException;
import com.amazonaws.services.s3.model.AmazonS3Exception;
import com.amazonaws.services.s3.model.MultipartUpload;
import com.amazonaws.services.s3.model.ObjectMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3AUtils;
import org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException;

/** What tests ask of AWS' SDK itself: of version 1, which Hadoop 3.3 has. */
public final class S3Sdk {
    private S3Sdk() {}

    /** Writes an object with the store's own client, because Hadoop's lists before it writes. */
    public static void put(S3AFileSystem fs, String bucket, String key, byte[] bytes) {
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentLength(bytes.length);
        fs.getAmazonS3ClientForTesting("write an odd key")
                .putObject(bucket, key, new ByteArrayInputStream(bytes), metadata);
    }

    static void startUpload(S3AFileSystem fs, Path path) throws IOException {
        fs.getWriteOperationHelper().initiateMultiPartUpload(fs.pathToKey(path));
    }

    static List<String> pendingUploads(S3AFileSystem fs) throws IOException {
        return fs.listMultipartUploads("").stream().map(MultipartUpload::getKey).toList();
    }

    /** As S3A translates a status of the store. */
    public static IOException answered(int status) {
        AmazonS3Exception e = new AmazonS3Exception("refused");
        e.setStatusCode(status);
        return S3AUtils.translateException("GET", "s3a://bucket/a", e);
    }

    /** As S3A translates a request without an answer. */
    public static IOException unanswered(String message, Throwable cause) {
        return translated(new SdkClientException(message, cause));
    }

    /** As S3A says that there are no credentials, after a request for some. */
    public static IOException withoutCredentials(Throwable cause) {
        return translated(new NoAuthWithAWSException(
                "No AWS Credentials", new SdkClientException("Unable to execute HTTP request", cause)));
    }

    private static IOException translated(AmazonClientException e) {
        return S3AUtils.translateException("GET", "s3a://bucket/a", e);
    }
}
