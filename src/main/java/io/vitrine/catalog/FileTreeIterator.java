package io.vitrine.catalog;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * All files below a folder, one folder after another. Replaces Hadoop's own recursive listing for local files, which asks for each
 * file's permissions and starts a process to read them.
 */
final class FileTreeIterator implements RemoteIterator<FileStatus> {
    private final FileSystem fs;
    private final Predicate<String> skipFolder;
    private final Deque<Path> folders = new ArrayDeque<>();
    private RemoteIterator<FileStatus> children;
    private FileStatus next;

    /** @param skipFolder tells by its name whether a folder is skipped */
    FileTreeIterator(FileSystem fs, Path root, Predicate<String> skipFolder) throws IOException {
        this.fs = fs;
        this.skipFolder = skipFolder;
        this.children = fs.listStatusIterator(root);
    }

    @Override
    public boolean hasNext() throws IOException {
        while (next == null) {
            if (children.hasNext()) {
                FileStatus child = children.next();
                if (child.isDirectory()) {
                    if (!skipFolder.test(child.getPath().getName())) {
                        folders.push(child.getPath());
                    }
                } else {
                    next = child;
                }
            } else if (folders.isEmpty()) {
                return false;
            } else {
                children = fs.listStatusIterator(folders.pop());
            }
        }
        return true;
    }

    @Override
    public FileStatus next() throws IOException {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        FileStatus found = next;
        next = null;
        return found;
    }
}
