package io.vitrine.checkpoint;

import io.vitrine.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Explains a failed read or write of a local file. */
public final class LocalFileErrors {
    private LocalFileErrors() {}

    /**
     * Explains {@code e}. The fault is {@link StorageException.Outlook#PERMANENT}: a local disk does not recover by itself.
     *
     * @param attempt the failed attempt, such as "read the weights"
     */
    public static StorageException of(String attempt, Path file, IOException e) {
        return new StorageException(
                StorageException.Outlook.PERMANENT, "Cannot " + attempt + " " + file + ": " + why(file, e), e);
    }

    private static String why(Path file, IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "permission denied on " + denied.getFile() + ". Check who owns it and its mode.";
        }
        if (e instanceof NoSuchFileException missing) {
            return (file.toString().equals(missing.getFile()) ? "it" : missing.getFile())
                    + " does not exist. Check the path.";
        }
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        return text.contains("No space left") ? text + ". Free some space on this disk." : text;
    }
}
