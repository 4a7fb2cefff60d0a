package io.vitrine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;

/** Who can have written a file of this host. Files on a system without Unix permissions count as this user's. */
public final class FileTrust {
    private static final String ROOT = "root";

    private FileTrust() {}

    /** This process's user. A number if the system has no name for it, as in many containers. */
    private static final class Self {
        static final Optional<UserPrincipal> USER = find();

        private static Optional<UserPrincipal> find() {
            try {
                Path probe = Files.createTempFile("vitrine", ".own");
                try {
                    return Optional.of(Files.getOwner(probe));
                } finally {
                    Files.delete(probe);
                }
            } catch (IOException | UnsupportedOperationException e) {
                return Optional.empty();
            }
        }
    }

    /** Whether the file belongs to this process's user. */
    static boolean isOwn(Path file) throws IOException {
        return !hasPermissions(file) || Self.USER.isEmpty() || Self.USER.get().equals(Files.getOwner(file));
    }

    static boolean isWritableByGroupOrOthers(Path file) throws IOException {
        if (!hasPermissions(file)) {
            return false;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        return permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    /** Whether everybody can write to the file. */
    public static boolean isWritableByOthers(Path file) throws IOException {
        return hasPermissions(file) && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE);
    }

    /**
     * Refuses a path that another user may have planted: one that lies in a folder to which everybody can write, such as {@code /tmp},
     * and belongs neither to this user nor to root there. Links count as what they are, not as what they lead to.
     *
     * @throws IOException naming the part of {@code path} and its owner
     */
    public static void requireNotPlanted(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        for (Path part = absolute; part.getParent() != null; part = part.getParent()) {
            if (!Files.exists(part, LinkOption.NOFOLLOW_LINKS) || !isWritableByOthers(part.getParent())) {
                continue;
            }
            UserPrincipal owner = Files.getOwner(part, LinkOption.NOFOLLOW_LINKS);
            boolean trusted = owner.getName().equals(ROOT) || Self.USER.isEmpty() || owner.equals(Self.USER.get());
            if (!trusted) {
                throw new IOException(part + " belongs to " + owner.getName() + ", and everybody can create files in "
                        + part.getParent() + ". Remove it, or name another folder");
            }
        }
    }

    private static boolean hasPermissions(Path file) {
        return Files.getFileAttributeView(file, PosixFileAttributeView.class) != null;
    }
}
