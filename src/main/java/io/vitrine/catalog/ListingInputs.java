package io.vitrine.catalog;

import io.vitrine.VitrineException;
import io.vitrine.catalog.FileTree.Entry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** What the inputs of a run are: folders and files that exist, and the matches of globs, each once. */
final class ListingInputs {
    private final Configuration configuration;
    private final CanonicalPaths paths;
    private final Predicate<ImageRef> isImage;
    private final Omissions omissions;

    /**
     * @param isImage whether a file that a glob matches belongs to the run
     * @param omissions counts what is left out
     */
    ListingInputs(Configuration configuration, Predicate<ImageRef> isImage, Omissions omissions) {
        this.configuration = configuration;
        this.paths = CanonicalPaths.ofWorkingFolder(configuration);
        this.isImage = isImage;
        this.omissions = omissions;
    }

    /** The inputs themselves, globs resolved. An input within another one is left to it. */
    List<ImageLister.ListingSection> sections(List<String> inputs) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (String input : inputs) {
            try {
                resolve(input).forEach(entry -> entries.put(entry.path(), entry));
            } catch (IOException | RuntimeException e) {
                throw e instanceof VitrineException fault ? fault : StorageErrors.of(ImageLister.ATTEMPT, input, e);
            }
        }
        Set<String> folders = entries.values().stream()
                .filter(Entry::isFolder)
                .map(folder -> withSlash(folder.path()))
                .collect(Collectors.toSet());
        return entries.values().stream()
                .filter(entry -> !entry.isFolder() || !isCovered(withSlash(entry.path()), folders))
                .map(entry -> new ImageLister.ListingSection(entry.path(), entry.path(), ImageLister.Scope.TREE))
                .toList();
    }

    private static String withSlash(String folder) {
        return folder.endsWith("/") ? folder : folder + "/";
    }

    /**
     * Whether a listing of another folder lists {@code folder}, which no skipped folder on the way to it prevents.
     *
     * @param folders each with a slash at its end, as {@code folder}
     */
    private static boolean isCovered(String folder, Set<String> folders) {
        int end = folder.length() - 1;
        for (int slash = folder.lastIndexOf('/', end - 1); slash >= 0; slash = folder.lastIndexOf('/', end - 1)) {
            if (HiddenNames.ofFolder(folder.substring(slash + 1, end)).isPresent()) {
                return false;
            }
            if (folders.contains(folder.substring(0, slash + 1))) {
                return true;
            }
            end = slash;
        }
        return false;
    }

    /** The path itself if it exists, else its matches as a glob, without skipped files. */
    private List<Entry> resolve(String input) throws IOException {
        StoragePaths.requireNamed(input);
        String path = paths.of(input);
        FileTree tree = FileTree.of(path, configuration, omissions);
        try {
            return List.of(tree.find(path));
        } catch (FileNotFoundException e) {
            List<Entry> matches = StoragePaths.isGlob(path) ? new Globs(tree, omissions).matches(path) : List.of();
            if (matches.isEmpty()) {
                ImageFile file = ImageFile.of(path, configuration);
                throw StorageErrors.missing(ImageLister.ATTEMPT, input, "folder", file.path(), file.fileSystem(), e);
            }
            return matches.stream()
                    .filter(match ->
                            match.isFolder() || isImage.test(match.file().get()))
                    .toList();
        }
    }
}
