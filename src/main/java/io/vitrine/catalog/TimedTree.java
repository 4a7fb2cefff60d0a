package io.vitrine.catalog;

import java.io.IOException;
import org.apache.hadoop.fs.RemoteIterator;

/** A tree whose storage must answer in time. */
record TimedTree(FileTree tree, StorageDeadline deadline) implements FileTree {
    @Override
    public Entry find(String path) throws IOException {
        return deadline.call(() -> tree.find(path));
    }

    @Override
    public RemoteIterator<Entry> children(String path) throws IOException {
        return new TimedIterator<>(deadline.call(() -> tree.children(path)), deadline);
    }

    @Override
    public RemoteIterator<ImageRef> files(String path) throws IOException {
        return new TimedIterator<>(deadline.call(() -> tree.files(path)), deadline);
    }
}
