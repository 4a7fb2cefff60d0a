package io.vitrine.catalog;

import java.io.Serializable;

/**
 * One image to do.
 *
 * @param path its full path, with scheme
 * @param length its bytes, or -1 where no listing said
 * @param modified milliseconds since 1970, or -1 likewise
 * @param etag the store's version tag, or null where it has none
 */
public record ImageRef(String path, long length, long modified, String etag) implements Serializable {

    /** A path that no listing described. */
    public static ImageRef unlisted(String path) {
        return new ImageRef(path, -1, -1, null);
    }

    public boolean isListed() {
        return length >= 0;
    }
}
