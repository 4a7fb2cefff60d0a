package io.vitrine.catalog;

import io.vitrine.StorageException;
import io.vitrine.StorageException.Outlook;
import io.vitrine.spark.SparkLine;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.ObjectStreamException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Translates a file system's exceptions, once, where they are caught: into what failed, where, and what to do next.
 * {@link StorageOutlook} decides whether the same request can succeed later. The connectors' own exceptions are known by name,
 * because the connectors need not be on the class path.
 */
public final class StorageErrors {
    private static final String AZURE = "--packages org.apache.hadoop:hadoop-azure of your Hadoop version";

    /** What to add for a scheme whose connector is missing. */
    private static final Map<String, String> CONNECTORS = Map.of(
            "s3a",
            "--packages " + SparkLine.cloud() + " (or your distribution's hadoop-aws)",
            "gs",
            "--jars with the gcs-connector of Google Cloud for Hadoop 3",
            "abfs",
            AZURE,
            "abfss",
            AZURE,
            "wasbs",
            AZURE);

    private static final String NOT_THERE = "it does not exist. Check the path.";
    private static final String NO_CONNECTOR = "no connector for this scheme on the class path";
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");
    private static final String STORAGE_PACKAGES =
            "(?:org\\.apache\\.hadoop\\.(?:fs|hdfs|ipc|net|security)|com\\.amazonaws"
                    + "|software\\.amazon\\.awssdk)\\.(?:[\\w$]+\\.)*";
    private static final Pattern STORAGE_CLASS = Pattern.compile(STORAGE_PACKAGES + "[\\w$]+");

    /** The line of a stack trace that names an exception of a file system or a store: its simple name, its message. */
    private static final Pattern STORAGE_FAULT =
            Pattern.compile("(?:java\\.io\\.(?!NotSerializable|Invalid)|java\\.net\\.|java\\.nio\\.file\\.|"
                    + STORAGE_PACKAGES + ")(\\w+(?:Exception|Error)): ([^\\n]*)");

    private StorageErrors() {}

    /**
     * Explains {@code e}.
     *
     * @param attempt the failed attempt, such as "list the input"
     * @param location as the user knows it
     */
    public static StorageException of(String attempt, Object location, Exception e) {
        return new StorageException(StorageOutlook.of(e), message(attempt, location, e), e);
    }

    /**
     * Explains {@code e} if a file system or a store has failed, here or in a Spark task, whose exceptions reach the driver as text.
     *
     * @return empty if it is another kind of failure
     */
    public static Optional<StorageException> find(String attempt, Object location, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (isOfStorage(cause)) { // says more than Spark's exception around it
                return Optional.of(
                        new StorageException(StorageOutlook.of(cause), message(attempt, location, cause), e));
            }
            Optional<StorageException> ofTask = findInText(attempt, location, e, String.valueOf(cause.getMessage()));
            if (ofTask.isPresent()) {
                return ofTask;
            }
        }
        return Optional.empty();
    }

    private static boolean isOfStorage(Throwable e) {
        return e instanceof IOException && !(e instanceof ObjectStreamException) // a class that cannot be serialized
                || e instanceof FSError
                || STORAGE_CLASS.matcher(e.getClass().getName()).matches();
    }

    private static Optional<StorageException> findInText(
            String attempt, Object location, Exception e, String stackTrace) {
        Matcher exceptions = STORAGE_FAULT.matcher(stackTrace);
        if (!exceptions.find()) {
            return Optional.empty();
        }
        String name = exceptions.group(1);
        String message = exceptions.group(2);
        return Optional.of(new StorageException(
                StorageOutlook.of(name, message),
                "Cannot " + attempt + " " + location + ": " + message + " (" + name + ")",
                e));
    }

    /**
     * Explains that nothing exists at {@code path}. A local path is probably misspelt, so it is shown in full.
     *
     * @param attempt the failed attempt, such as "list the input"
     * @param location as the user wrote it
     * @param kind what was looked for: "folder" or "file"
     */
    static StorageException missing(
            String attempt, String location, String kind, Path path, FileSystem fs, Exception e) {
        String why;
        if (StoragePaths.isGlob(path.toString())) {
            why = "nothing matches this pattern. Check the path.";
        } else if (StoragePaths.isLocal(fs)) {
            java.nio.file.Path local =
                    java.nio.file.Path.of(fs.makeQualified(path).toUri().getPath());
            why = "no " + kind + " of that name here: " + local
                    + ". Check its spelling; the nearest folder that exists is " + nearestFolder(local) + ".";
        } else {
            why = NOT_THERE;
        }
        return new StorageException(Outlook.PERMANENT, "Cannot " + attempt + " " + location + ": " + why, e);
    }

    private static java.nio.file.Path nearestFolder(java.nio.file.Path missing) {
        java.nio.file.Path folder = missing.getParent();
        while (folder != null && !Files.isDirectory(folder)) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** Says that a location's connector is missing, and how to add it if that is known. */
    public static String missingConnector(String location) {
        String connector = CONNECTORS.get(scheme(location));
        return NO_CONNECTOR + (connector == null ? "" : ": for " + scheme(location) + ":// add " + connector);
    }

    /** Says why no connector reads {@code location}: the connector is missing, or {@code e} tells another reason. */
    public static String unsupported(String location, IOException e) {
        String text = String.valueOf(e.getMessage());
        return text.contains("No FileSystem for scheme") ? missingConnector(location) : text;
    }

    private static String message(String attempt, Object location, Throwable e) {
        return "Cannot " + attempt + " " + location + ": " + why(e, location.toString());
    }

    private static String why(Throwable e, String location) {
        boolean s3 = "s3a".equals(scheme(location));
        if (StorageOutlook.hasNoCredentials(e)) {
            return "no credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
                    + " spark.hadoop.fs.s3a.aws.credentials.provider.";
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String name = cause.getClass().getSimpleName();
            String text = String.valueOf(cause.getMessage());
            if (name.equals("UnknownStoreException") || text.contains("NoSuchBucket")) {
                return "the bucket does not exist. Check its name and the endpoint (spark.hadoop.fs.s3a.endpoint).";
            }
            if (isAccessDenied(cause, name, text)) {
                return s3
                        ? "access denied. Check the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
                                + " spark.hadoop.fs.s3a.access.key and .secret.key) and their permissions. The store said: "
                                + firstLine(cause)
                        : "access denied. Check who may read and write it. The storage said: " + firstLine(cause);
            }
            if (StorageAnswer.of(cause).concernsCredentials()) {
                return "the store does not accept the credentials, or they have expired. Check AWS_ACCESS_KEY_ID,"
                        + " AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. The store said: "
                        + StorageAnswer.of(cause).describe();
            }
            if (name.equals("UnsupportedFileSystemException") || text.contains("No FileSystem for scheme")) {
                return missingConnector(location) + ".";
            }
            if (cause instanceof ClassNotFoundException) {
                return missingConnector(location) + " (" + text + " is missing).";
            }
            if (name.equals("ConnectException")
                    || name.equals("UnknownHostException")
                    || name.equals("HttpHostConnectException")) {
                return "the store does not answer (" + firstLine(cause) + "). Check "
                        + (s3 ? "the endpoint (spark.hadoop.fs.s3a.endpoint) and " : "its address and ")
                        + "the network.";
            }
        }
        if (e instanceof FileNotFoundException) {
            return NOT_THERE;
        }
        return firstLine(e)
                + (e instanceof IOException ? "" : " (" + e.getClass().getSimpleName() + ")");
    }

    private static boolean isAccessDenied(Throwable e, String name, String text) {
        int status = StorageOutlook.httpStatus(e).orElse(0);
        return name.equals("AccessDeniedException")
                || name.equals("AccessControlException")
                || status == 401
                || status == 403
                || (e instanceof FileNotFoundException
                        && text.contains("(Permission denied)")); // the JDK, of a local file
    }

    /** The scheme of a location, or an empty text. */
    private static String scheme(String location) {
        Matcher matcher = SCHEME.matcher(StoragePaths.canonical(location));
        return matcher.matches() ? matcher.group(1) : "";
    }

    private static String firstLine(Throwable e) {
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
