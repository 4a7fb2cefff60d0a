package io.vitrine.catalog;

import io.vitrine.StorageException.Outlook;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides whether a failed request to storage can succeed later without anybody's help. The connectors' own exceptions are
 * known by name and by HTTP status, because the connectors need not be on the class path.
 */
final class StorageOutlook {
    /** The store does not answer, or asks for fewer requests. Subclasses are transient too. */
    private static final Set<String> TRANSIENT = Set.of(
            // JDK
            "SocketException", // connection refused, connection reset, no route to host
            "SocketTimeoutException",
            "HttpTimeoutException",
            "UnknownHostException",
            "TimeoutException",
            // Apache's HTTP client, which both AWS SDKs use
            "ConnectTimeoutException",
            "ConnectionClosedException",
            "NoHttpResponseException",
            // S3A
            "AWSNoResponseException",
            "AWSServiceThrottledException",
            "AWSStatus500Exception",
            "HttpChannelEOFException",
            // AWS SDK v2
            "ApiCallAttemptTimeoutException",
            "ApiCallTimeoutException",
            "RetryableException",
            // HDFS
            "RetriableException",
            "SafeModeException",
            "StandbyException");

    /** The store answers, and the same request gets the same answer. */
    private static final Set<String> PERMANENT = Set.of(
            "AccessControlException",
            "AccessDeniedException",
            "ClassNotFoundException",
            "CredentialInitializationException",
            "FileNotFoundException",
            "NoAuthWithAWSException",
            "UnknownStoreException",
            "UnsupportedFileSystemException");

    /** How S3A and the AWS SDKs report a fault of the store. */
    private static final Pattern SERVER_FAULT = Pattern.compile("Status Code: (?:5\\d\\d|429)");

    private static final String BROKEN_REQUEST = "Unable to execute HTTP request";

    private StorageOutlook() {}

    /** The first cause that is known decides. */
    static Outlook of(Throwable e) {
        if (hasNoCredentials(e)) { // may be wrapped in the timeout of a host that has no metadata service
            return Outlook.PERMANENT;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            OptionalInt status = httpStatus(cause);
            if (status.isPresent()) {
                return isTransient(status.getAsInt()) ? Outlook.TRANSIENT : Outlook.PERMANENT;
            }
            if (isOneOf(PERMANENT, cause)) {
                return Outlook.PERMANENT;
            }
            if (isOneOf(TRANSIENT, cause) || isBrokenRequest(cause)) {
                return Outlook.TRANSIENT;
            }
        }
        return Outlook.PERMANENT;
    }

    /** Request timeout, throttling, no response (S3A's 443 and 444), and the store's own faults. */
    static boolean isTransient(int status) {
        return status == 408 || status == 429 || status == 443 || status == 444 || (status >= 500 && status != 501);
    }

    private static boolean isOneOf(Set<String> names, Throwable e) {
        for (Class<?> type = e.getClass(); type != null; type = type.getSuperclass()) {
            if (names.contains(type.getSimpleName())) {
                return true;
            }
        }
        return false;
    }

    /** Both AWS SDKs say this when the network fails, whatever the cause. */
    private static boolean isBrokenRequest(Throwable e) {
        return String.valueOf(e.getMessage()).contains(BROKEN_REQUEST);
    }

    /** The status of an exception of the AWS SDKs, of S3A, of ABFS or of Google's client. */
    static OptionalInt httpStatus(Throwable e) {
        for (String method : new String[] {"getStatusCode", "statusCode"}) {
            try {
                Object status = e.getClass().getMethod(method).invoke(e);
                if (status instanceof Integer code && code >= 100) {
                    return OptionalInt.of(code);
                }
            } catch (ReflectiveOperationException | RuntimeException none) {
                // this exception has no status
            }
        }
        return OptionalInt.empty();
    }

    /** The outlook of a Spark task's exception, of which the driver has the simple name and the message. */
    static Outlook of(String name, String message) {
        boolean passes = TRANSIENT.contains(name)
                || message.contains(BROKEN_REQUEST)
                || SERVER_FAULT.matcher(message).find();
        return passes ? Outlook.TRANSIENT : Outlook.PERMANENT;
    }

    /** S3A wraps this in exceptions with other names. */
    static boolean hasNoCredentials(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (cause.getClass().getSimpleName().contains("NoAuthWithAWS")
                    || text.contains("Unable to load AWS credentials") // AWS SDK v1
                    || text.contains("Unable to load credentials")) { // AWS SDK v2
                return true;
            }
        }
        return false;
    }
}
