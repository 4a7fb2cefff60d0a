package io.vitrine.catalog;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Local files. Hadoop's listing fails on a colon in a name, opens what is not a file, and follows loops of links.
 *
 * <p>A symbolic link is a path of its own: a file with two paths is two images. A link to a folder that contains the link leads
 * into itself, so it is counted and not followed.
 */
final class LocalTree implements FileTree {
    private static final String SCHEME = "file:";
    private static final Cleaner CLEANER = Cleaner.create();

    private final Omissions omissions;

    LocalTree(Omissions omissions) {
        this.omissions = omissions;
    }

    @Override
    public Entry find(String path) throws IOException {
        Path file = local(path);
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw missing(e);
        } catch (AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            throw missing(e); // a loop of links, or a name that is too long
        }
        if (attributes.isOther()) {
            throw new IOException("a FIFO, socket or device, which is not read");
        }
        return entry(path, attributes);
    }

    private static FileNotFoundException missing(Exception e) {
        return (FileNotFoundException) new FileNotFoundException(e.getMessage()).initCause(e);
    }

    private static Path local(String path) throws FileNotFoundException {
        try {
            return Path.of(path.substring(SCHEME.length()));
        } catch (InvalidPathException e) {
            throw missing(e);
        }
    }

    private static Entry entry(String path, BasicFileAttributes attributes) {
        return attributes.isDirectory()
                ? Entry.folder(path)
                : Entry.of(new ImageRef(
                        path, attributes.size(), attributes.lastModifiedTime().toMillis(), null));
    }

    @Override
    @SuppressWarnings("StreamResourceLeak") // Children closes it
    public RemoteIterator<Entry> children(String path) throws IOException {
        try {
            return new Children(Files.newDirectoryStream(local(path)));
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw missing(e);
        }
    }

    @Override
    public RemoteIterator<ImageRef> files(String path) throws IOException {
        return new FolderWalk(this, path, omissions);
    }

    /** What a folder holds, read while it is asked for. Closes the folder at its end, or when nobody asks any more. */
    private final class Children extends PullIterator<Entry> {
        private final Iterator<Path> files;
        private final Cleaner.Cleanable open;

        Children(DirectoryStream<Path> folder) {
            this.files = folder.iterator();
            this.open = CLEANER.register(this, () -> close(folder));
        }

        @Override
        Optional<Entry> pull() throws IOException {
            try {
                while (files.hasNext()) {
                    Optional<Entry> found = child(files.next());
                    if (found.isPresent()) {
                        return found;
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            open.clean();
            return Optional.empty();
        }
    }

    private static void close(DirectoryStream<Path> folder) {
        try {
            folder.close();
        } catch (IOException e) {
            LOG.debug("Closing a folder", e);
        }
    }

    /** The entry of a child; empty if it is left out, and counted, or was deleted. */
    private Optional<Entry> child(Path file) throws IOException {
        String path = SCHEME + file;
        if (!isText(file)) {
            return omit(OmissionReason.NAME_WITHOUT_TEXT, path);
        }
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Optional.empty(); // deleted since its folder was read
        } catch (AccessDeniedException e) {
            return omit(OmissionReason.UNREADABLE_FOLDER, path); // its folder may be listed but not entered
        }
        if (attributes.isSymbolicLink()) {
            return link(file, path);
        }
        return attributes.isOther() ? omit(OmissionReason.NOT_A_FILE, path) : Optional.of(entry(path, attributes));
    }

    private Optional<Entry> link(Path link, String path) throws IOException {
        BasicFileAttributes target;
        try {
            target = Files.readAttributes(link, BasicFileAttributes.class);
            if (target.isDirectory() && leadsAbove(link)) {
                return omit(OmissionReason.LINK_LOOP, path);
            }
        } catch (AccessDeniedException e) {
            return omit(OmissionReason.UNREADABLE_FOLDER, path);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return omit(OmissionReason.BROKEN_LINK, path);
        } catch (FileSystemException e) {
            return omit(OmissionReason.BROKEN_LINK, path); // a loop of links, or a mount that does not answer
        }
        return target.isOther() ? omit(OmissionReason.NOT_A_FILE, path) : Optional.of(entry(path, target));
    }

    /** Whether a link to a folder leads to a folder that it is in, by its own path or by a link on the way. */
    private static boolean leadsAbove(Path link) throws IOException {
        Path target = link.toRealPath();
        for (Path folder = link.getParent(); folder != null; folder = folder.getParent()) {
            if (folder.toRealPath().startsWith(target)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a name is text in the encoding of this JVM, so that its path as a string leads back to the file. */
    private static boolean isText(Path file) {
        String name = file.toString();
        if (name.indexOf('\uFFFD') < 0) {
            return true;
        }
        try {
            return Path.of(name).equals(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private Optional<Entry> omit(OmissionReason reason, String path) {
        omissions.add(reason, path);
        return Optional.empty();
    }
}
