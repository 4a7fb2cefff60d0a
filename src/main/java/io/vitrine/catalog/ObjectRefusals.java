package io.vitrine.catalog;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** Tells an object that can't be read from a store that fails. */
public final class ObjectRefusals {
    private ObjectRefusals() {}

    /** Why the object at {@code path} is at fault; empty if the store may be. */
    public static Optional<ImageRejectedException> of(String path, IOException e) {
        String name = e.getClass().getSimpleName();
        String text = String.valueOf(e.getMessage());
        StorageAnswer answer = StorageAnswer.of(e);
        if (answer.concernsCredentials()) {
            return Optional.empty();
        } else if (name.equals("UnknownStoreException")) {
            return rejection(RejectionReason.MISSING, "the bucket does not exist");
        } else if (name.equals("UnsupportedFileSystemException")) {
            return rejection(RejectionReason.UNREADABLE, StorageErrors.unsupported(path, e));
        } else if (answer.code().equals(Optional.of("InvalidObjectState"))) {
            return rejection(
                    RejectionReason.UNREADABLE,
                    "archived: restore the object first. The store said: " + answer.describe());
        } else if (name.equals("AccessDeniedException") || text.contains("(Permission denied)")) {
            return rejection(
                    RejectionReason.UNREADABLE,
                    answer.concernsObject() ? "access denied: " + answer.describe() : "access denied");
        } else if (e instanceof FileNotFoundException) {
            return rejection(RejectionReason.MISSING, ImageFile.missing(path));
        } else if (name.equals("RemoteFileChangedException") || text.contains("Status Code: 412")) {
            return rejection(RejectionReason.CHANGED, "replaced since it was listed");
        } else if (answer.concernsObject()) {
            return rejection(RejectionReason.UNREADABLE, "the store refuses it: " + answer.describe());
        }
        return Optional.empty();
    }

    /**
     * Why an object ended before its listed length.
     *
     * @return empty if it is as long as it was, so that the store sent too little
     */
    public static Optional<ImageRejectedException> shortened(ImageFile file, ImageRef listed) throws IOException {
        ImageRef current = ImageRef.of(file.fileSystem().getFileStatus(file.path()));
        return current.length() != listed.length() || !Objects.equals(current.etag(), listed.etag())
                ? rejection(RejectionReason.CHANGED, "shorter than when it was listed")
                : Optional.empty();
    }

    private static Optional<ImageRejectedException> rejection(RejectionReason reason, String message) {
        return Optional.of(new ImageRejectedException(reason, message));
    }
}
