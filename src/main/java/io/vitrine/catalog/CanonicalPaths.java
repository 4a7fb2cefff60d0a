package io.vitrine.catalog;

import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.vitrine.LocationSecrets;
import io.vitrine.StorageException;
import io.vitrine.net.WebAddress;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * The one form of an image's path, which tells images apart: in listings, in lists, in duplicates and in what earlier runs have
 * done. {@code /x}, {@code file:///x} and {@code file:/y/../x} are {@code file:/x}; {@code s3://b/k} is {@code s3a://b/k}.
 *
 * <p>Web addresses have the form that {@link WebAddress} gives them. Other paths are normalised as Hadoop's {@code Path} does: without repeated slashes, dot segments and a slash at the end. Keys of
 * S3 stay as they are, because {@code a//b} and {@code a/b} are two objects. A colon makes a scheme only before a slash, so
 * {@code Screenshot 10:11:12.jpg} is a name.
 */
public final class CanonicalPaths implements Serializable {
    private static final long serialVersionUID = 1;
    private static final Pattern FULL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(/.*)", Pattern.DOTALL);
    private static final Pattern WITH_AUTHORITY = Pattern.compile("//([^/]*)(.*)", Pattern.DOTALL);
    private static final Pattern BUCKET = Pattern.compile("//[^/]+");

    /** Full paths, but for keys of S3, that may have another form: no scheme, an empty authority, or an empty or dotted name. */
    private static final String OTHER_FORM =
            "(?s)^(?:/|file://|[^:/]+:///|(?!s3a:)[^:/]+:(?://[^/]+)?/(?:.*/)?\\.{0,2}(?:/|$))";

    private static final String FILE = "file";
    private static final String S3A = "s3a";

    private final String root;
    private final String base;

    private CanonicalPaths(String root, String base) {
        this.root = root;
        this.base = base;
    }

    /**
     * Paths for one cluster.
     *
     * @param base the folder of relative paths
     */
    public static CanonicalPaths of(Configuration configuration, String base) {
        String defaultSystem = FileSystem.getDefaultUri(configuration).toString();
        String root = withoutSlash(defaultSystem.startsWith(FILE + ":") ? FILE + ":" : defaultSystem);
        return new CanonicalPaths(root, new CanonicalPaths(root, root + "/").of(base));
    }

    /**
     * Paths for one cluster, relative ones below the working folder of the default file system, as Hadoop takes them: the folder
     * that this process works in for local files, the user's home on HDFS.
     *
     * @throws StorageException if the default file system can't be reached
     */
    public static CanonicalPaths ofWorkingFolder(Configuration configuration) {
        URI defaultSystem = FileSystem.getDefaultUri(configuration);
        if (FILE.equals(defaultSystem.getScheme())) {
            return of(configuration, FILE + ":" + Path.of("").toAbsolutePath());
        }
        try {
            FileSystem fs = StoragePaths.fileSystem(new org.apache.hadoop.fs.Path(defaultSystem), configuration);
            return of(configuration, fs.makeQualified(fs.getWorkingDirectory()).toString());
        } catch (IOException e) {
            throw StorageErrors.of("reach the default file system", defaultSystem.toString(), e);
        }
    }

    /** Paths for one cluster that are all full. */
    public static CanonicalPaths ofFullPaths(Configuration configuration) {
        return of(configuration, "/");
    }

    /**
     * {@code path} in its one form. Credentials in it are {@linkplain LocationSecrets#masked masked}. The name of a member of an
     * archive stays as it is; a web address has none, but a fragment, which is left out.
     */
    public String of(String path) {
        int end = ArchivePaths.archiveEnd(path);
        String file = canonical(LocationSecrets.masked(path.substring(0, end)));
        return WebAddress.isWeb(file) ? file : file + path.substring(end); // a fragment names no member
    }

    private String canonical(String path) {
        if (WebAddress.isWeb(path)) {
            return web(path);
        }
        Matcher full = FULL.matcher(path);
        if (full.matches()) {
            return full(full.group(1).toLowerCase(Locale.ROOT), full.group(2));
        }
        if (path.startsWith("/")) {
            return root.startsWith(S3A + ":") ? root + path : root + normal(path);
        }
        return canonical(withoutSlash(base) + "/" + path);
    }

    /** The form that browsers give an address. What is none stays as it is, without a user. */
    private static String web(String text) {
        try {
            return LocationSecrets.masked(WebAddress.parse(text).toString());
        } catch (IllegalArgumentException e) {
            return LocationSecrets.masked(WebAddress.withoutUser(text, LocationSecrets.MASK));
        }
    }

    /** A column of full paths, some of which are not canonical, as lists of earlier versions left them in outputs. */
    public Column of(Column column) {
        UDF1<String, String> canonical = this::of;
        return when(
                        column.rlike(OTHER_FORM),
                        udf(canonical, DataTypes.StringType).apply(column))
                .otherwise(column);
    }

    private String full(String scheme, String rest) {
        if (scheme.equals("s3") || scheme.equals("s3n") || scheme.equals(S3A)) {
            return S3A + ":" + (BUCKET.matcher(rest).matches() ? rest + "/" : rest);
        }
        Matcher authority = WITH_AUTHORITY.matcher(rest);
        if (!authority.matches()) {
            return scheme + ":" + normal(rest);
        }
        String host = authority.group(1);
        String path = authority.group(2).isEmpty() ? "" : normal(authority.group(2));
        if (scheme.equals(FILE)) {
            return host.isEmpty() || host.equals("localhost") ? FILE + ":" + path : FILE + "://" + host + path;
        }
        return host.isEmpty() && root.startsWith(scheme + "://") ? root + path : scheme + "://" + host + path;
    }

    /** An absolute path without repeated slashes, dot segments and a slash at its end. */
    private static String normal(String path) {
        if (!path.contains("//") && !path.contains("/.") && !path.endsWith("/")) {
            return path;
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
