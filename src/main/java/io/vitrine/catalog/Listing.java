package io.vitrine.catalog;

import io.vitrine.VitrineException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Lists the images under folders, globs and single objects of any Hadoop file system: one flat recursive listing a
 * folder, and no request per object.
 *
 * <p>As Spark does, names that begin with {@code _} or {@code .} are passed over, and so are folders of such names. A path
 * that exists is taken as it is written; only one that does not is read as a glob.
 */
public final class Listing {
    private final Configuration configuration;
    private final PathFilter include;

    /**
     * @param include a glob that file names must match, such as {@code *.{jpg,png}}; {@code *} for every name
     * @throws VitrineException if it is no glob
     */
    public Listing(Configuration configuration, String include) {
        this.configuration = configuration;
        try {
            this.include = new GlobFilter(include);
        } catch (IOException e) {
            throw new VitrineException("--include '" + include + "' is not a glob: " + e.getMessage(), e);
        }
    }

    /**
     * The images under {@code inputs}, ordered by path, each once however many inputs cover it.
     *
     * @throws VitrineException if an input does not exist or cannot be read
     */
    public List<ImageRef> list(List<String> inputs) {
        Map<String, ImageRef> found = new TreeMap<>();
        for (String input : inputs) {
            try {
                Path path = new Path(input);
                FileSystem fs = path.getFileSystem(configuration);
                for (FileStatus root : roots(fs, path)) {
                    add(fs, root, found);
                }
            } catch (IOException | RuntimeException e) {
                throw e instanceof VitrineException fault ? fault : StorageFault.of("list the input", input, e);
            }
        }
        return new ArrayList<>(found.values());
    }

    /** The path itself if there is one, else what it matches as a glob, less the files that are passed over. */
    private List<FileStatus> roots(FileSystem fs, Path path) throws IOException {
        try {
            return List.of(fs.getFileStatus(path));
        } catch (FileNotFoundException e) {
            FileStatus[] matches = fs.globStatus(path);
            if (matches == null || matches.length == 0) {
                throw e;
            }
            return Arrays.stream(matches)
                    .filter(match -> match.isDirectory() || isWanted(match.getPath()))
                    .toList();
        }
    }

    private boolean isWanted(Path file) {
        return include.accept(file) && !isHidden(file.getName());
    }

    private static boolean isHidden(String name) {
        return name.startsWith("_") || name.startsWith(".");
    }

    private void add(FileSystem fs, FileStatus root, Map<String, ImageRef> found) throws IOException {
        if (root.isFile()) {
            put(root, found);
            return;
        }
        int depth = root.getPath().depth();
        RemoteIterator<LocatedFileStatus> files = fs.listFiles(root.getPath(), true);
        while (files.hasNext()) {
            LocatedFileStatus file = files.next();
            if (!isHidden(file.getPath(), depth) && include.accept(file.getPath())) {
                put(file, found);
            }
        }
    }

    private static boolean isHidden(Path path, int rootDepth) {
        for (Path part = path; part != null && part.depth() > rootDepth; part = part.getParent()) {
            if (isHidden(part.getName())) {
                return true;
            }
        }
        return false;
    }

    private static void put(FileStatus file, Map<String, ImageRef> found) {
        ImageRef ref = of(file);
        found.put(ref.path(), ref);
    }

    /** What a status says of one image. */
    public static ImageRef of(FileStatus file) {
        String etag = file instanceof EtagSource source ? source.getEtag() : null;
        return new ImageRef(file.getPath().toString(), file.getLen(), file.getModificationTime(), etag);
    }
}
