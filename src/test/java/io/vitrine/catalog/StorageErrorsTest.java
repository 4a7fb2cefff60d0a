package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.StorageException;
import io.vitrine.StorageException.Outlook;
import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.S3Sdk;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.s3a.UnknownStoreException;
import org.apache.hadoop.ipc.RetriableException;
import org.apache.hadoop.ipc.StandbyException;
import org.apache.hadoop.net.ConnectTimeoutException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StorageErrorsTest {
    @ParameterizedTest
    @ValueSource(ints = {408, 429, 443, 444, 500, 502, 503, 504})
    void aStatusThatMayPassIsTransient(int status) {
        assertThat(outlook(S3Sdk.answered(status))).isEqualTo(Outlook.TRANSIENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 401, 403, 404, 405, 410, 412, 416, 501})
    void aStatusThatStaysIsPermanent(int status) {
        assertThat(outlook(S3Sdk.answered(status))).isEqualTo(Outlook.PERMANENT);
    }

    @Test
    void aTasksBrokenRequestIsTransientToo() {
        Exception ofTask = new IllegalStateException(
                "Job aborted\norg.apache.hadoop.fs.s3a.AWSClientIOException: PUT 0-part on"
                        + " s3a://b/a: com.amazonaws.SdkClientException: Unable to execute HTTP request: Connection reset\n\tat a.B");
        assertThat(StorageErrors.find("write to", "s3a://b", ofTask)
                        .orElseThrow()
                        .outlook())
                .isEqualTo(Outlook.TRANSIENT);
    }

    /** SDK v2 and ABFS name the status differently; S3A of Hadoop 3.4 wraps v2. */
    @ParameterizedTest
    @MethodSource("statusesByOtherNames")
    void otherClientsStatusesAreUnderstood(Exception e, Outlook outlook) {
        assertThat(outlook(new IOException("wrapped", e))).isEqualTo(outlook);
    }

    static Stream<Arguments> statusesByOtherNames() {
        return Stream.of(
                Arguments.of(new SdkServiceException(503), Outlook.TRANSIENT),
                Arguments.of(new SdkServiceException(403), Outlook.PERMANENT),
                Arguments.of(new AbfsRestOperationException(503), Outlook.TRANSIENT),
                Arguments.of(new AbfsRestOperationException(404), Outlook.PERMANENT));
    }

    @ParameterizedTest
    @MethodSource("brokenConnections")
    void aStoreThatDoesNotAnswerIsTransient(IOException e) {
        assertThat(outlook(e)).isEqualTo(Outlook.TRANSIENT);
        assertThat(outlook(new IOException("wrapped", e))).isEqualTo(Outlook.TRANSIENT);
    }

    static List<IOException> brokenConnections() {
        return List.of(
                new ConnectException("Connection refused"),
                new NoRouteToHostException("No route to host"),
                new SocketException("Connection reset"),
                new SocketTimeoutException("Read timed out"),
                new UnknownHostException("store.example"),
                new ConnectTimeoutException("20000 millis timeout"),
                new StandbyException("Operation category READ is not supported in state standby"),
                new RetriableException("The name node is busy"),
                S3Sdk.unanswered("Unable to execute HTTP request: The target server failed to respond", null),
                S3Sdk.unanswered("failed", new SocketTimeoutException("Read timed out")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aStoreThatRefusesIsPermanent(IOException e) {
        assertThat(outlook(e)).isEqualTo(Outlook.PERMANENT);
    }

    static List<IOException> refusals() {
        return List.of(
                new FileNotFoundException("s3a://bucket/a"),
                new AccessDeniedException("s3a://bucket/a"),
                new AccessControlException("Permission denied: user=me"),
                new UnknownStoreException("s3a://bucket/", "NoSuchBucket"),
                new UnsupportedFileSystemException("No FileSystem for scheme \"gs\""),
                S3Sdk.withoutCredentials(new SocketTimeoutException("metadata")),
                S3Sdk.unanswered("Unable to load AWS credentials from any provider in the chain", null),
                S3Sdk.unanswered("Unable to load credentials from any of the providers in the chain", null),
                new IOException("anything else"));
    }

    @Test
    void theMessageSaysWhatWhereAndWhy() {
        StorageException e = StorageErrors.of("list the input", "s3a://bucket/a", new IOException("odd\nsecond line"));
        assertThat(e).hasMessage("Cannot list the input s3a://bucket/a: odd").hasCauseInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("explanations")
    void eachFaultHasItsOwnExplanation(String location, Exception e, String explanation) {
        assertThat(StorageErrors.of("read", location, e))
                .hasMessageStartingWith("Cannot read " + location + ": " + explanation);
    }

    static Stream<Arguments> explanations() {
        return Stream.of(
                Arguments.of("s3a://b/a", new UnknownStoreException("s3a://b/", ""), "the bucket does not exist."),
                Arguments.of(
                        "s3a://b/a",
                        S3Sdk.answered(403),
                        "access denied. Check the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
                Arguments.of(
                        "hdfs://h/a",
                        new AccessControlException("Permission denied: user=me"),
                        "access denied. Check who may read and write it. The storage said: Permission denied: user=me"),
                Arguments.of(
                        "/data/a",
                        new FileNotFoundException("/data/a (Permission denied)"),
                        "access denied. Check who may read and write it."),
                Arguments.of("s3a://b/a", S3Sdk.withoutCredentials(null), "no credentials. Set AWS_ACCESS_KEY_ID"),
                Arguments.of(
                        "s3a://b/a",
                        new ConnectException("Connection refused"),
                        "the store does not answer (Connection refused). Check the endpoint"
                                + " (spark.hadoop.fs.s3a.endpoint) and the network."),
                Arguments.of(
                        "hdfs://h/a",
                        new ConnectException("Connection refused"),
                        "the store does not answer (Connection refused). Check its address and the network."),
                Arguments.of(
                        "s3a://b/a",
                        new IOException(new ClassNotFoundException("org.apache.hadoop.fs.s3a.S3AFileSystem")),
                        "no connector for this scheme on the class path: for s3a:// add --packages" + " "
                                + SparkLine.cloud()),
                Arguments.of("s3a://b/a", new FileNotFoundException("No such file"), "it does not exist."),
                Arguments.of("/a", new IllegalStateException("odd"), "odd (IllegalStateException)"));
    }

    @Test
    void s3NeedsTheConnectorOfS3a() {
        assertThat(StorageErrors.missingConnector("s3://bucket/a")).contains("for s3a:// add --packages ");
    }

    private static Outlook outlook(Exception e) {
        return StorageErrors.of("read", "s3a://bucket/a", e).outlook();
    }

    /** Like AWS SDK v2's, which is not on the class path. */
    public static final class SdkServiceException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;

        SdkServiceException(int status) {
            this.status = status;
        }

        public int statusCode() {
            return status;
        }
    }

    /** Like Azure's, which is not on the class path. */
    public static final class AbfsRestOperationException extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;

        AbfsRestOperationException(int status) {
            this.status = status;
        }

        public int getStatusCode() {
            return status;
        }
    }
}
