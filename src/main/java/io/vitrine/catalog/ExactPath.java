package io.vitrine.catalog;

import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.fs.Path;

/**
 * A path whose URI keeps an S3 key as it is. Hadoop's own {@code Path} removes repeated slashes and dot segments, so it would name
 * another object. S3A takes a key from the URI.
 */
final class ExactPath extends Path {
    private static final long serialVersionUID = 1;

    private final URI exact;

    private ExactPath(URI exact) {
        super(exact);
        this.exact = exact;
    }

    /**
     * The path of an object.
     *
     * @param key without the slash that separates it from the bucket
     * @throws IllegalArgumentException if the bucket's name is not one
     */
    static ExactPath of(String scheme, String bucket, String key) {
        try {
            return new ExactPath(new URI(scheme, bucket, "/" + key, null, null));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public URI toUri() {
        return exact;
    }

    /** As S3A's paths are shown: not quoted. */
    @Override
    public String toString() {
        return exact.getScheme() + "://" + exact.getAuthority() + exact.getPath();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExactPath path ? exact.equals(path.exact) : super.equals(other);
    }

    @Override
    public int hashCode() {
        return exact.hashCode();
    }
}
