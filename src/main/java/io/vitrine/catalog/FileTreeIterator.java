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
 * Every file below a folder, folder after folder. For local files: Hadoop's own recursive listing asks for each file's
 * permissions, and starts a process to learn them.
 */
final class FileTreeIterator implements RemoteIterator<FileStatus> {
    private final FileSystem fs;
    private final Predicate<String> hidden;
    private final Deque<Path> folders = new ArrayDeque<>();
    private RemoteIterator<FileStatus> children;
    private FileStatus next;

    /** @param hidden tells folders that are passed over by their names */
    FileTreeIterator(FileSystem fs, Path folder, Predicate<String> hidden) throws IOException {
        this.hidden = hidden;
        this.fs = fs;
        this.children = fs.listStatusIterator(folder);
    }

    @Override
    public boolean hasNext() throws IOException {
        while (next == null) {
            if (children.hasNext()) {
                FileStatus child = children.next();
                if (child.isDirectory()) {
                    if (!hidden.test(child.getPath().getName())) {
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
