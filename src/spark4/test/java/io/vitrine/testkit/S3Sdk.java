package io.vitrine.testkit;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3AUtils;
import org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException;
import org.apache.hadoop.fs.s3a.impl.PutObjectOptions;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What tests ask of AWS' SDK itself: of version 2, which Hadoop 3.4 has. */
public final class S3Sdk {
    private S3Sdk() {}

    /** Writes an object with the store's own client, because Hadoop's lists before it writes. */
    public static void put(S3AFileSystem fs, String bucket, String key, byte[] bytes) {
        fs.getS3AInternals()
                .getAmazonS3Client("write an odd key")
                .putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
    }

    static void startUpload(S3AFileSystem fs, Path path) throws IOException {
        fs.getWriteOperationHelper().initiateMultiPartUpload(fs.pathToKey(path), PutObjectOptions.defaultOptions());
    }

    static List<String> pendingUploads(S3AFileSystem fs) throws IOException {
        return fs.listMultipartUploads("").stream().map(MultipartUpload::key).toList();
    }

    /** As S3A translates a status of the store. */
    public static IOException answered(int status) {
        AwsErrorDetails details = AwsErrorDetails.builder()
                .errorCode("Refused")
                .sdkHttpResponse(SdkHttpResponse.builder().statusCode(status).build())
                .build();
        return translated(S3Exception.builder()
                .message("refused")
                .statusCode(status)
                .awsErrorDetails(details)
                .build());
    }

    /** As S3A translates a request without an answer. */
    public static IOException unanswered(String message, Throwable cause) {
        return translated(SdkClientException.create(message, cause));
    }

    /** As S3A says that there are no credentials, after a request for some. */
    public static IOException withoutCredentials(Throwable cause) {
        return translated(new NoAuthWithAWSException(
                "No AWS Credentials", SdkClientException.create("Unable to execute HTTP request", cause)));
    }

    private static IOException translated(SdkException e) {
        return S3AUtils.translateException("GET", "s3a://bucket/a", e);
    }
}
