package io.vitrine.catalog;

import io.vitrine.catalog.FileTree.Entry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.security.AccessControlException;

/**
 * All files below a folder, one folder after another. A folder that may not be read is counted; one that is deleted meanwhile has
 * no files. Replaces Hadoop's own recursive listing, which stops at either and, for local files, starts a process to read each
 * file's permissions.
 */
final class FolderWalk extends PullIterator<ImageRef> {
    private final FileTree tree;
    private final Omissions omissions;
    private final Deque<String> folders = new ArrayDeque<>();
    private RemoteIterator<Entry> children;

    FolderWalk(FileTree tree, String root, Omissions omissions) throws IOException {
        this.tree = tree;
        this.omissions = omissions;
        this.children = tree.children(root);
    }

    /** Whether the storage refuses this user. */
    static boolean isRefused(IOException e) {
        return e instanceof AccessDeniedException || e instanceof AccessControlException;
    }

    @Override
    Optional<ImageRef> pull() throws IOException {
        while (true) {
            if (children.hasNext()) {
                Entry child = children.next();
                if (child.file().isPresent()) {
                    return child.file();
                }
                if (!SkippedFolders.isSkipped(child, omissions)) {
                    folders.push(child.path());
                }
            } else if (folders.isEmpty()) {
                return Optional.empty();
            } else {
                open(folders.pop());
            }
        }
    }

    private void open(String folder) throws IOException {
        try {
            children = tree.children(folder);
        } catch (FileNotFoundException e) {
            return; // deleted since its parent was read
        } catch (IOException e) {
            if (!isRefused(e)) {
                throw e;
            }
            omissions.add(OmissionReason.UNREADABLE_FOLDER, folder);
        }
    }
}
