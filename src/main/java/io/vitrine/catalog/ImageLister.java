package io.vitrine.catalog;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Lists the images under folders, globs and single objects of any Hadoop file system. Each input takes one flat recursive listing,
 * with no request per object.
 *
 * <p>Files and folders whose names begin with {@code _} or {@code .} are skipped, as Spark does. A path that exists is taken
 * literally; any other is a glob.
 */
public final class ImageLister {
    static final String ATTEMPT = "list the input";
    private static final int MAX_LEVELS = 4;
    private static final int MAX_CHILDREN = 20_000;

    private final Configuration configuration;
    private final PathFilter include;

    /**
     * @param include a glob that file names must match, such as {@code *.{jpg,png}}; {@code *} for every name
     * @throws ConfigurationException if it is not a glob
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
     * A piece of a listing for one task.
     *
     * @param path a folder or a file
     * @param inputDepth depth of the input it belongs to; hidden names above it do not count
     * @param scope which files of a folder belong to it
     */
    public record ListingSection(String path, int inputDepth, Scope scope) implements Serializable {}

    /** Which files of a folder belong to a section. */
    public enum Scope {
        /** Its own files. */
        FILES,
        /** Its own files and those of all folders below. */
        TREE
    }

    /**
     * The images under {@code inputs}, ordered by path, each once even if several inputs cover it.
     *
     * @param limit the number of images the caller can hold
     * @return empty if there are more
     * @throws StorageException if an input does not exist or cannot be read
     */
    public Optional<List<ImageRef>> list(List<String> inputs, int limit) {
        Map<String, ImageRef> found = new TreeMap<>();
        for (ListingSection input : inputs(inputs)) {
            Iterator<ImageRef> images = images(input);
            while (images.hasNext()) {
                ImageRef ref = images.next();
                found.put(ref.path(), ref);
                if (found.size() > limit) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new ArrayList<>(found.values()));
    }

    /**
     * Cuts the listing of {@code inputs} into at least {@code wanted} sections if there are that many folders. Opens the folders
     * level by level and remembers folders only.
     */
    public List<ListingSection> sections(List<String> inputs, int wanted) {
        List<ListingSection> sections = new ArrayList<>();
        List<ListingSection> level = inputs(inputs);
        for (int depth = 0;
                depth < MAX_LEVELS && sections.size() + level.size() < wanted && !level.isEmpty();
                depth++) {
            List<ListingSection> next = new ArrayList<>();
            for (ListingSection folder : level) {
                List<ListingSection> below = folders(folder);
                if (below.isEmpty()) {
                    sections.add(folder); // a folder without folders, or a file
                } else {
                    sections.add(new ListingSection(folder.path(), folder.inputDepth(), Scope.FILES));
                    next.addAll(below);
                }
            }
            level = next;
        }
        sections.addAll(level);
        return sections;
    }

    /** The images of one section, in the store's order, streamed. */
    public Iterator<ImageRef> images(ListingSection section) {
        try {
            Path path = new Path(section.path());
            FileSystem fs = StoragePaths.fileSystem(path, configuration);
            FileStatus status = fs.getFileStatus(path);
            if (status.isFile()) {
                return List.of(ImageRef.of(status)).iterator();
            }
            return new ImageRefIterator(
                    files(fs, path, section.scope()), file -> isImage(file, section), section.path());
        } catch (IOException | RuntimeException e) {
            throw StorageErrors.of(ATTEMPT, section.path(), e);
        }
    }

    /** The inputs themselves, globs resolved. */
    private List<ListingSection> inputs(List<String> inputs) {
        List<ListingSection> sections = new ArrayList<>();
        for (String input : inputs) {
            Path path = StoragePaths.parse(input);
            try {
                FileSystem fs = StoragePaths.fileSystem(path, configuration);
                for (FileStatus status : resolve(fs, path, input)) {
                    sections.add(new ListingSection(
                            status.getPath().toString(), status.getPath().depth(), Scope.TREE));
                }
            } catch (IOException | RuntimeException e) {
                throw e instanceof VitrineException fault ? fault : StorageErrors.of(ATTEMPT, input, e);
            }
        }
        return sections;
    }

    /** The path itself if it exists, else its matches as a glob, without skipped files. */
    private List<FileStatus> resolve(FileSystem fs, Path path, String input) throws IOException {
        try {
            return List.of(fs.getFileStatus(path));
        } catch (FileNotFoundException e) {
            FileStatus[] matches = fs.globStatus(path);
            if (matches == null || matches.length == 0) {
                throw StorageErrors.missing(ATTEMPT, input, "folder", path, fs, e);
            }
            return Arrays.stream(matches)
                    .filter(match -> match.isDirectory() || isWanted(match.getPath()))
                    .toList();
        }
    }

    private boolean isWanted(Path file) {
        return include.accept(file) && !HiddenNames.isHidden(file.getName());
    }

    private List<ListingSection> folders(ListingSection parent) {
        try {
            Path path = new Path(parent.path());
            List<ListingSection> folders = new ArrayList<>();
            RemoteIterator<FileStatus> children =
                    StoragePaths.fileSystem(path, configuration).listStatusIterator(path);
            for (int seen = 0; children.hasNext(); seen++) {
                if (seen >= MAX_CHILDREN) {
                    return List.of(); // a large flat folder: one task lists all of it
                }
                FileStatus child = children.next();
                if (child.isDirectory() && !HiddenNames.isHidden(child.getPath().getName())) {
                    folders.add(new ListingSection(child.getPath().toString(), parent.inputDepth(), Scope.TREE));
                }
            }
            return folders;
        } catch (IOException | RuntimeException e) {
            throw StorageErrors.of(ATTEMPT, parent.path(), e);
        }
    }

    private static RemoteIterator<? extends FileStatus> files(FileSystem fs, Path folder, Scope scope)
            throws IOException {
        if (scope == Scope.FILES) {
            return fs.listStatusIterator(folder);
        }
        return StoragePaths.isLocal(fs)
                ? new FileTreeIterator(fs, folder, HiddenNames::isHidden)
                : fs.listFiles(folder, true);
    }

    private boolean isImage(FileStatus file, ListingSection section) {
        return file.isFile()
                && !HiddenNames.isHidden(file.getPath(), section.inputDepth())
                && include.accept(file.getPath());
    }
}
