package io.vitrine.catalog;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import io.vitrine.archive.ArchiveFormat;
import io.vitrine.catalog.FileTree.Entry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Lists the images under folders, globs and single objects of any Hadoop file system. What can't be an image of the run is counted
 * and never stops a listing.
 *
 * <p>Files and folders that {@link HiddenNames} knows are left out. A path that exists is taken literally; any other is a glob.
 */
public final class ImageLister {
    static final String ATTEMPT = "list the input";
    private static final int MAX_LEVELS = 4;
    private static final int MAX_CHILDREN = 20_000;

    private final Configuration configuration;
    private final ListingInputs inputs;
    private final GlobPattern include;
    private final ListingRules.Archives archives;
    private final Omissions omissions;

    /**
     * A lister that reads archives.
     *
     * @param include a glob that file names must match; {@code *} for every name
     */
    public ImageLister(Configuration configuration, String include, Omissions omissions) {
        this(configuration, new ListingRules(include, ListingRules.Archives.READ, List.of()), omissions);
    }

    /**
     * @param rules which files are images. Archives are listed as files
     * @param omissions counts what is left out
     * @throws ConfigurationException if {@code rules} has a glob that is none
     */
    public ImageLister(Configuration configuration, ListingRules rules, Omissions omissions) {
        this.configuration = configuration;
        this.inputs = new ListingInputs(configuration, this::isImage, omissions);
        this.omissions = omissions;
        this.archives = rules.archives();
        try {
            this.include = new GlobPattern(rules.include());
        } catch (RuntimeException e) { // of the library for regular expressions
            throw new ConfigurationException("--include '" + rules.include() + "' is not a glob: " + e.getMessage(), e);
        }
    }

    /**
     * A piece of a listing for one task.
     *
     * @param path a folder or a file
     * @param input the input it belongs to
     * @param scope which files of a folder belong to it
     */
    public record ListingSection(String path, String input, Scope scope) implements Serializable {}

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
        for (ListingSection input : this.inputs.sections(inputs)) {
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
        List<ListingSection> level = this.inputs.sections(inputs);
        for (int depth = 0;
                depth < MAX_LEVELS && sections.size() + level.size() < wanted && !level.isEmpty();
                depth++) {
            List<ListingSection> next = new ArrayList<>();
            for (ListingSection folder : level) {
                List<ListingSection> below = folders(folder);
                if (below.isEmpty()) {
                    sections.add(folder); // a folder without folders, or a file
                } else {
                    sections.add(new ListingSection(folder.path(), folder.input(), Scope.FILES));
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
            FileTree tree = FileTree.of(section.path(), configuration, omissions);
            Entry entry = tree.find(section.path());
            if (entry.file().isPresent()) {
                return named(entry.file().get()).iterator();
            }
            return new ImageRefIterator(files(tree, section), this::isImage, section.path());
        } catch (IOException | RuntimeException e) {
            if (e instanceof IOException refusal
                    && FolderWalk.isRefused(refusal)
                    && !section.path().equals(section.input())) {
                omissions.add(OmissionReason.UNREADABLE_FOLDER, section.path());
                return List.<ImageRef>of().iterator();
            }
            throw e instanceof VitrineException fault ? fault : StorageErrors.of(ATTEMPT, section.path(), e);
        }
    }

    /** A file that is an input itself, whatever its name, unless archives are left out. */
    private List<ImageRef> named(ImageRef file) {
        if (archives == ListingRules.Archives.SKIP
                && ArchiveFormat.of(file.path()).isPresent()) {
            omissions.add(OmissionReason.ARCHIVE, file.path());
            return List.of();
        }
        return List.of(file);
    }

    private RemoteIterator<ImageRef> files(FileTree tree, ListingSection section) throws IOException {
        if (section.scope() == Scope.TREE) {
            return tree.files(section.path());
        }
        RemoteIterator<Entry> children = tree.children(section.path());
        return new PullIterator<>() {
            @Override
            Optional<ImageRef> pull() throws IOException {
                while (children.hasNext()) {
                    Entry child = children.next();
                    if (child.file().isPresent()) {
                        return child.file();
                    }
                    SkippedFolders.isSkipped(child, omissions); // other folders have sections of their own
                }
                return Optional.empty();
            }
        };
    }

    /** Whether a listed file belongs to the run. Of an archive {@code --include} chooses the members. */
    private boolean isImage(ImageRef file) {
        String name = Entry.of(file).name();
        boolean isArchive = ArchiveFormat.of(name).isPresent();
        if (!include.matches(name) && !(isArchive && archives == ListingRules.Archives.READ)) {
            return false;
        }
        Optional<OmissionReason> skipped = isArchive && archives == ListingRules.Archives.SKIP
                ? Optional.of(OmissionReason.ARCHIVE)
                : Optional.empty();
        Optional<OmissionReason> reason = HiddenNames.ofFile(name).or(() -> skipped);
        reason.ifPresent(found -> omissions.add(found, file.path()));
        return reason.isEmpty();
    }

    private List<ListingSection> folders(ListingSection parent) {
        try {
            List<ListingSection> folders = new ArrayList<>();
            // the task that lists a section counts what it leaves out
            RemoteIterator<Entry> children =
                    FileTree.of(parent.path(), configuration, new Omissions()).children(parent.path());
            for (int seen = 0; children.hasNext(); seen++) {
                if (seen >= MAX_CHILDREN) {
                    return List.of(); // a large flat folder: one task lists all of it
                }
                Entry child = children.next();
                if (child.isFolder() && HiddenNames.ofFolder(child.name()).isEmpty()) {
                    folders.add(new ListingSection(child.path(), parent.input(), Scope.TREE));
                }
            }
            return folders;
        } catch (FileNotFoundException e) {
            return List.of(); // a file
        } catch (IOException | RuntimeException e) {
            if (e instanceof IOException refusal && FolderWalk.isRefused(refusal)) {
                return List.of(); // the task that lists it counts it, or stops if it is the input
            }
            throw e instanceof VitrineException fault ? fault : StorageErrors.of(ATTEMPT, parent.path(), e);
        }
    }
}
