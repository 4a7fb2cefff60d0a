package io.vitrine.catalog;

import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;

/** The files of any Hadoop file system, by its own calls. */
final class HadoopTree implements FileTree {
    /** File systems whose folders are read one by one. Other stores list a prefix flat, with fewer requests. */
    private static final Set<String> HIERARCHICAL =
            Set.of("hdfs", "viewfs", "webhdfs", "swebhdfs", "abfs", "abfss", "o3fs", "ofs");

    private final FileSystem fs;
    private final Omissions omissions;

    HadoopTree(FileSystem fs, Omissions omissions) {
        this.fs = fs;
        this.omissions = omissions;
    }

    @Override
    public Entry find(String path) throws IOException {
        return entry(fs.getFileStatus(new Path(path)));
    }

    private static Entry entry(FileStatus status) {
        return status.isFile()
                ? Entry.of(ImageRef.of(status))
                : Entry.folder(status.getPath().toString());
    }

    @Override
    public RemoteIterator<Entry> children(String path) throws IOException {
        return RemoteIterators.mappingRemoteIterator(fs.listStatusIterator(new Path(path)), HadoopTree::entry);
    }

    @Override
    public RemoteIterator<ImageRef> files(String path) throws IOException {
        if (HIERARCHICAL.contains(fs.getUri().getScheme())) {
            return new FolderWalk(this, path, omissions);
        }
        int start = fs.makeQualified(new Path(path)).toString().length();
        SkippedFolders skipped = new SkippedFolders(omissions);
        return RemoteIterators.filteringRemoteIterator(
                RemoteIterators.mappingRemoteIterator(fs.listFiles(new Path(path), true), ImageRef::of),
                file -> !skipped.contain(file.path(), start));
    }
}
