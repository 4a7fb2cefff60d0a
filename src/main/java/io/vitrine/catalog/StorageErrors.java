package io.vitrine.catalog;

import io.vitrine.StorageException;
import io.vitrine.report.Versions;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;

/** Turns what a file system throws into what, where and what next. */
public final class StorageErrors {
    /** Exceptions of the JDK, Hadoop and S3A that mean a fault of the network or of the store. */
    private static final Set<String> TRANSIENT = Set.of(
            "AWSServiceIOException",
            "AWSServiceThrottledException",
            "AWSStatus500Exception",
            "ConnectException",
            "ConnectTimeoutException",
            "HttpHostConnectException",
            "NoRouteToHostException",
            "RetriableException",
            "SdkClientException",
            "SocketException",
            "SocketTimeoutException",
            "StandbyException",
            "UnknownHostException");

    private StorageErrors() {}

    /**
     * Explains {@code e}.
     *
     * @param what the attempt, such as "list the input"
     * @param path where
     */
    public static StorageException of(String what, Object path, Exception e) {
        return new StorageException(outlook(e), "Cannot " + what + " " + path + ": " + why(e), e);
    }

    /** The store does not answer, or answers with a fault of its own: the same request may succeed later. */
    private static StorageException.Outlook outlook(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (TRANSIENT.contains(cause.getClass().getSimpleName())) {
                return StorageException.Outlook.TRANSIENT;
            }
        }
        return StorageException.Outlook.PERMANENT;
    }

    private static String why(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String name = cause.getClass().getSimpleName();
            String text = String.valueOf(cause.getMessage());
            if (name.equals("UnknownStoreException") || text.contains("NoSuchBucket")) {
                return "the bucket does not exist. Check its name and the endpoint (spark.hadoop.fs.s3a.endpoint).";
            }
            if (name.equals("AccessDeniedException")
                    || text.contains("Status Code: 403")
                    || text.contains("InvalidAccessKeyId")
                    || text.contains("SignatureDoesNotMatch")) {
                return "access denied. Check the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
                        + " spark.hadoop.fs.s3a.access.key and .secret.key) and their permissions. The store said: "
                        + firstLine(cause);
            }
            if (name.contains("NoAuthWithAWS") || text.contains("Unable to load AWS credentials")) {
                return "no credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
                        + " spark.hadoop.fs.s3a.aws.credentials.provider.";
            }
            if (name.equals("UnsupportedFileSystemException") || text.contains("No FileSystem for scheme")) {
                return "no connector for this scheme on the class path. For s3a add --packages"
                        + " org.apache.spark:spark-hadoop-cloud_2.12:" + Versions.of("spark")
                        + " (or your distribution's hadoop-aws).";
            }
            if (cause instanceof ClassNotFoundException) {
                return "the connector's class " + text + " is not on the class path. For s3a add --packages"
                        + " org.apache.spark:spark-hadoop-cloud_2.12:" + Versions.of("spark")
                        + " (or your distribution's hadoop-aws).";
            }
            if (name.equals("ConnectException")
                    || name.equals("UnknownHostException")
                    || name.equals("HttpHostConnectException")) {
                return "the store does not answer (" + firstLine(cause)
                        + "). Check the endpoint (spark.hadoop.fs.s3a.endpoint) and the network.";
            }
        }
        if (e instanceof FileNotFoundException) {
            return "it does not exist. Check the path.";
        }
        return firstLine(e)
                + (e instanceof IOException ? "" : " (" + e.getClass().getSimpleName() + ")");
    }

    private static String firstLine(Throwable e) {
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
