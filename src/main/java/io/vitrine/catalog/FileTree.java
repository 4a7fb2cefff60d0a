package io.vitrine.catalog;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files and folders of one file system, by canonical path. What can't be an image is counted, and never stops a listing. */
interface FileTree {
    Logger LOG = LoggerFactory.getLogger(FileTree.class);

    /**
     * A file or a folder.
     *
     * @param name the last name of {@code path}
     * @param file the file; empty for a folder
     */
    record Entry(String path, String name, Optional<ImageRef> file) {
        static Entry folder(String path) {
            return new Entry(path, nameOf(path), Optional.empty());
        }

        static Entry of(ImageRef file) {
            return new Entry(file.path(), nameOf(file.path()), Optional.of(file));
        }

        boolean isFolder() {
            return file.isEmpty();
        }

        private static String nameOf(String path) {
            int end = path.endsWith("/") ? path.length() - 1 : path.length();
            return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
        }
    }

    /**
     * The file or folder at {@code path}.
     *
     * @throws FileNotFoundException if there is neither
     */
    Entry find(String path) throws IOException;

    /** What the folder at {@code path} holds itself. */
    RemoteIterator<Entry> children(String path) throws IOException;

    /** All files below the folder at {@code path}, without those in folders that {@link HiddenNames} skips. */
    RemoteIterator<ImageRef> files(String path) throws IOException;

    /**
     * The tree that {@code path} belongs to.
     *
     * @param path canonical
     * @param omissions counts what is left out
     */
    static FileTree of(String path, Configuration configuration, Omissions omissions) throws IOException {
        return new TimedTree(untimed(path, configuration, omissions), StorageDeadline.of(configuration));
    }

    private static FileTree untimed(String path, Configuration configuration, Omissions omissions) throws IOException {
        ImageFile file = ImageFile.of(path, configuration);
        FileSystem fs = file.fileSystem();
        if (StoragePaths.isLocal(fs)) {
            return new LocalTree(omissions);
        }
        if (fs.getUri().getScheme().equals("s3a")) {
            try {
                return S3Tree.of(fs, omissions);
            } catch (LinkageError e) { // a connector with another SDK
                LOG.debug("Listing {} with Hadoop's own calls", path, e);
            }
        }
        return new HadoopTree(fs, omissions);
    }
}
