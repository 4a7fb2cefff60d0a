package io.vitrine.catalog;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobFilter;
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
public final class ImageLister {
    private static final int MAX_LEVELS = 4;
    private static final int MAX_CHILDREN = 20_000;

    private final Configuration configuration;
    private final PathFilter include;

    /**
     * @param include a glob that file names must match, such as {@code *.{jpg,png}}; {@code *} for every name
     * @throws VitrineException if it is no glob
     */
    public ImageLister(Configuration configuration, String include) {
        this.configuration = configuration;
        try {
            this.include = new GlobFilter(include);
        } catch (IOException e) {
            throw new ConfigurationException("--include '" + include + "' is not a glob: " + e.getMessage(), e);
        }
    }

    /**
     * The images under {@code inputs}, ordered by path, each once however many inputs cover it.
     *
     * @param most how many are held in memory
     * @return empty if there are more
     * @throws VitrineException if an input does not exist or cannot be read
     */
    public Optional<List<ImageRef>> list(List<String> inputs, int most) {
        Map<String, ImageRef> found = new TreeMap<>();
        for (Part root : roots(inputs)) {
            Iterator<ImageRef> images = walk(root);
            while (images.hasNext()) {
                ImageRef ref = images.next();
                found.put(ref.path(), ref);
                if (found.size() > most) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new ArrayList<>(found.values()));
    }

    /**
     * A piece of a listing that one task does.
     *
     * @param path a folder, or a file
     * @param depth of the input it belongs to: names above are not looked at
     * @param recursive whether folders in it belong to it
     */
    public record Part(String path, int depth, boolean recursive) implements Serializable {}

    /** The inputs themselves, globs resolved. */
    private List<Part> roots(List<String> inputs) {
        List<Part> roots = new ArrayList<>();
        for (String input : inputs) {
            try {
                Path path = StoragePaths.path(input);
                FileSystem fs = path.getFileSystem(configuration);
                for (FileStatus root : roots(fs, path)) {
                    roots.add(new Part(root.getPath().toString(), root.getPath().depth(), true));
                }
            } catch (IOException | RuntimeException e) {
                throw e instanceof VitrineException fault ? fault : StorageErrors.of("list the input", input, e);
            }
        }
        return roots;
    }

    /**
     * Cuts the listing of {@code inputs} into at least {@code wanted} parts, where there are as many folders: folders are
     * opened level by level, and only folders are remembered.
     */
    public List<Part> parts(List<String> inputs, int wanted) {
        List<Part> parts = new ArrayList<>();
        List<Part> level = roots(inputs);
        for (int depth = 0; depth < MAX_LEVELS && parts.size() + level.size() < wanted && !level.isEmpty(); depth++) {
            List<Part> next = new ArrayList<>();
            for (Part folder : level) {
                List<Part> below = folders(folder);
                if (below.isEmpty()) {
                    parts.add(folder); // a leaf, or a file
                } else {
                    parts.add(new Part(folder.path(), folder.depth(), false)); // its own files
                    next.addAll(below);
                }
            }
            level = next;
        }
        parts.addAll(level);
        return parts;
    }

    private List<Part> folders(Part parent) {
        try {
            Path path = new Path(parent.path());
            List<Part> folders = new ArrayList<>();
            RemoteIterator<FileStatus> children =
                    path.getFileSystem(configuration).listStatusIterator(path);
            for (int seen = 0; children.hasNext(); seen++) {
                if (seen >= MAX_CHILDREN) {
                    return List.of(); // a large flat folder: one task lists it as a whole
                }
                FileStatus child = children.next();
                if (child.isDirectory() && !isHidden(child.getPath().getName())) {
                    folders.add(new Part(child.getPath().toString(), parent.depth(), true));
                }
            }
            return folders;
        } catch (IOException | RuntimeException e) {
            throw StorageErrors.of("list the input", parent.path(), e);
        }
    }

    /** The images of one part, in the store's order, as they come. */
    public Iterator<ImageRef> walk(Part part) {
        try {
            Path path = new Path(part.path());
            FileSystem fs = path.getFileSystem(configuration);
            FileStatus root = fs.getFileStatus(path);
            if (root.isFile()) {
                return List.of(of(root)).iterator();
            }
            return new Images(files(fs, path, part.recursive()), part);
        } catch (IOException | RuntimeException e) {
            throw StorageErrors.of("list the input", part.path(), e);
        }
    }

    private static RemoteIterator<? extends FileStatus> files(FileSystem fs, Path path, boolean recursive)
            throws IOException {
        if (!recursive) {
            return fs.listStatusIterator(path);
        }
        return fs.getUri().getScheme().equals("file")
                ? new FileTreeIterator(fs, path, ImageLister::isHidden)
                : fs.listFiles(path, true);
    }

    /** The wanted ones of a store's listing. */
    private final class Images implements Iterator<ImageRef> {
        private final RemoteIterator<? extends FileStatus> files;
        private final Part part;
        private ImageRef next;

        Images(RemoteIterator<? extends FileStatus> files, Part part) {
            this.files = files;
            this.part = part;
        }

        @Override
        public boolean hasNext() {
            try {
                while (next == null && files.hasNext()) {
                    FileStatus file = files.next();
                    if (file.isFile() && !isHidden(file.getPath(), part.depth()) && include.accept(file.getPath())) {
                        next = of(file);
                    }
                }
                return next != null;
            } catch (IOException | RuntimeException e) {
                throw StorageErrors.of("list the input", part.path(), e);
            }
        }

        @Override
        public ImageRef next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            ImageRef ref = next;
            next = null;
            return ref;
        }
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

    private static boolean isHidden(Path path, int rootDepth) {
        for (Path part = path; part != null && part.depth() > rootDepth; part = part.getParent()) {
            if (isHidden(part.getName())) {
                return true;
            }
        }
        return false;
    }

    /** What a status says of one image. */
    public static ImageRef of(FileStatus file) {
        String etag = file instanceof EtagSource source ? source.getEtag() : null;
        return new ImageRef(file.getPath().toString(), file.getLen(), file.getModificationTime(), etag);
    }
}
