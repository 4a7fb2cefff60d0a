package io.vitrine.catalog;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.s3a.S3AFileSystem;

/**
 * The objects of a bucket, by their keys as they are: S3A's own listing gives {@code a//b.jpg} the path of {@code a/b.jpg}. A
 * folder is a prefix that ends with a slash; an empty object whose key ends with a slash or, as EMRFS and S3N write it, with {@value
 * #FOLDER_MARKER} stands for a folder, and so does an empty input that other keys are below. A class of its own, so that no other
 * class needs S3A on the class path.
 */
final class S3Tree implements FileTree {
    private static final String FOLDER_MARKER = "_$folder$";

    private final S3AFileSystem fs;
    private final String root;
    private final Omissions omissions;

    private S3Tree(S3AFileSystem fs, Omissions omissions) {
        this.fs = fs;
        this.root = "s3a://" + fs.getUri().getAuthority() + "/";
        this.omissions = omissions;
    }

    /**
     * The objects of {@code fs}, unless S3A has to correct their lengths, or it is another connector.
     *
     * @throws LinkageError if S3A has another SDK
     */
    static FileTree of(FileSystem fs, Omissions omissions) {
        if (fs instanceof S3AFileSystem s3a && !s3a.isCSEEnabled()) {
            S3Pages.requireClient(s3a);
            return new S3Tree(s3a, omissions);
        }
        return new HadoopTree(fs, omissions);
    }

    @Override
    public Entry find(String path) throws IOException {
        String key = path.substring(root.length());
        if (!key.isEmpty() && !key.endsWith("/")) {
            Path object = ImageFile.of(path, fs.getConf()).path();
            if (isObject(object)) {
                FileStatus status = fs.getFileStatus(object);
                if (status.getLen() > 0 || !isPrefix(prefix(path))) {
                    return Entry.of(ImageRef.of(path, status));
                }
            }
        }
        String prefix = prefix(path);
        if (!key.isEmpty() && !isPrefix(prefix)) {
            throw new FileNotFoundException("no object with the prefix " + prefix);
        }
        return Entry.folder(root + prefix);
    }

    private boolean isPrefix(String prefix) throws IOException {
        return new S3Keys(fs, prefix, "/").hasNext();
    }

    @SuppressWarnings("deprecation") // the only call that sends one HEAD request and no listing
    private boolean isObject(Path object) throws IOException {
        return fs.isFile(object);
    }

    /** The prefix of the keys in the folder {@code path}: empty, or with a slash at its end. */
    private String prefix(String path) {
        String key = path.substring(root.length());
        return key.isEmpty() || key.endsWith("/") ? key : key + "/";
    }

    @Override
    public RemoteIterator<Entry> children(String path) throws IOException {
        String prefix = prefix(path);
        return new Filtered<>(new S3Keys(fs, prefix, "/"), key -> key.object()
                .map(object -> image(key.name(), prefix, object).map(Entry::of))
                .orElseGet(() -> folder(key.name())));
    }

    /** The folder of a prefix; empty if HTTP clients and servers rewrite its name. */
    private Optional<Entry> folder(String prefix) {
        if (prefix.endsWith("/./") || prefix.endsWith("/../") || prefix.equals("./") || prefix.equals("../")) {
            omissions.add(OmissionReason.DOT_SEGMENT, root + prefix);
            return Optional.empty();
        }
        return Optional.of(Entry.folder(root + prefix));
    }

    @Override
    public RemoteIterator<ImageRef> files(String path) throws IOException {
        String prefix = prefix(path);
        SkippedFolders skipped = new SkippedFolders(omissions);
        return new Filtered<>(new S3Keys(fs, prefix, null), key -> key.object()
                .flatMap(object -> image(key.name(), prefix, object))
                .filter(image -> !skipped.contain(image.path(), root.length() + prefix.length())));
    }

    private Optional<ImageRef> image(String key, String prefix, S3Keys.Stored object) {
        if (object.bytes() == 0 && key.endsWith(FOLDER_MARKER)) {
            return Optional.empty();
        }
        if (key.endsWith("/")) {
            if (object.bytes() > 0) { // S3A opens no such key
                omissions.add(OmissionReason.SLASH_AT_END, root + key);
            }
            return Optional.empty();
        }
        for (String name : key.substring(prefix.length()).split("/", -1)) {
            if (name.equals(".") || name.equals("..")) {
                omissions.add(OmissionReason.DOT_SEGMENT, root + key);
                return Optional.empty();
            }
        }
        return Optional.of(new ImageRef(root + key, object.bytes(), object.modified(), object.etag()));
    }

    /** The elements that a function makes of others. */
    private static final class Filtered<S, T> extends PullIterator<T> {
        private final RemoteIterator<S> source;
        private final Function<S, Optional<T>> function;

        Filtered(RemoteIterator<S> source, Function<S, Optional<T>> function) {
            this.source = source;
            this.function = function;
        }

        @Override
        Optional<T> pull() throws IOException {
            while (source.hasNext()) {
                Optional<T> found = function.apply(source.next());
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
    }
}
