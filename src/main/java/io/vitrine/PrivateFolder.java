package io.vitrine;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Folders on this host that other users cannot write to, for libraries that are loaded and weights that are trusted. A temporary
 * folder is open to all: another user may have made a folder of the expected name first.
 */
public final class PrivateFolder {
    /** This user's folder in the temporary folder of the JVM. */
    public static final Path DEFAULT =
            Path.of(System.getProperty("java.io.tmpdir"), "vitrine-models-" + System.getProperty("user.name"));

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private PrivateFolder() {}

    /**
     * A private folder at {@code folder}, or in it if others can write to it, as to a volume that is mounted for all.
     *
     * @param folder {@link #DEFAULT}, which must be private itself, or one that the user has named
     * @throws IOException if it cannot be made, or another user may have put files into it; the message says which and why
     */
    public static Path in(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath();
        if (absolute.equals(DEFAULT) || Files.notExists(absolute) || isOwnAndClosed(absolute)) {
            return create(absolute);
        }
        return create(absolute.resolve(DEFAULT.getFileName()));
    }

    /** A folder {@code name} in {@link #DEFAULT}; a new temporary folder if that cannot be used. */
    public static Path orTemporary(String name) throws IOException {
        Path parent;
        try {
            parent = create(DEFAULT);
        } catch (IOException e) {
            return Files.createTempDirectory("vitrine-" + name + "-"); // for this user only
        }
        return Files.createDirectories(parent.resolve(name));
    }

    private static Path create(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder.getParent());
            try {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } catch (FileAlreadyExistsException e) {
                // another process was faster: its folder is checked like any other
            }
        }
        FileTrust.requireNotPlanted(folder);
        if (!FileTrust.isOwn(folder)) {
            throw new IOException(folder + " belongs to " + Files.getOwner(folder)
                    + ", who may have put anything into it. Remove it, or name another folder");
        }
        if (FileTrust.isWritableByGroupOrOthers(folder)) {
            throw new IOException("other users can write to " + folder + " ("
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))
                    + ") and may have put anything into it. Remove it, or name another folder");
        }
        return folder;
    }

    private static boolean isOwnAndClosed(Path folder) throws IOException {
        try {
            return FileTrust.isOwn(folder) && !FileTrust.isWritableByGroupOrOthers(folder);
        } catch (NoSuchFileException e) {
            return true; // removed in the meantime: it is made again
        }
    }
}
