package io.vitrine.catalog;

import io.vitrine.catalog.FileTree.Entry;

/**
 * Folders that {@link HiddenNames} skips, counted. An instance is for one flat listing, which gives a folder's files one after
 * another, so that each folder counts once. Used by one thread.
 */
final class SkippedFolders {
    private final Omissions omissions;
    private String last = "";

    SkippedFolders(Omissions omissions) {
        this.omissions = omissions;
    }

    /** Whether a listing leaves out {@code folder}, which it counts then. */
    static boolean isSkipped(Entry folder, Omissions omissions) {
        HiddenNames.ofFolder(folder.name()).ifPresent(reason -> omissions.add(reason, folder.path()));
        return HiddenNames.ofFolder(folder.name()).isPresent();
    }

    /**
     * Whether a skipped folder contains {@code file}.
     *
     * @param start the length of the path of the listed folder, whose own name does not matter
     */
    boolean contain(String file, int start) {
        int begin = start;
        for (int slash = file.indexOf('/', begin); slash >= 0; slash = file.indexOf('/', begin)) {
            String folder = file.substring(0, slash);
            if (HiddenNames.ofFolder(file.substring(begin, slash)).isPresent()) {
                if (!folder.equals(last)) {
                    last = folder;
                    isSkipped(Entry.folder(folder), omissions);
                }
                return true;
            }
            begin = slash + 1;
        }
        return false;
    }
}
