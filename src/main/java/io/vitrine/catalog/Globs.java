package io.vitrine.catalog;

import io.vitrine.catalog.FileTree.Entry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.RemoteIterator;

/** What matches a glob in Hadoop's syntax, whatever the names are. Hadoop's own search fails on a colon in a name. */
final class Globs {
    private static final Pattern ROOT = Pattern.compile("([^/]+:(?://[^/]*)?/)(.*)", Pattern.DOTALL);

    private final FileTree tree;
    private final Omissions omissions;

    /** @param omissions counts skipped folders that a pattern matches */
    Globs(FileTree tree, Omissions omissions) {
        this.tree = tree;
        this.omissions = omissions;
    }

    /**
     * The files and folders that match, each once.
     *
     * @param pattern a canonical path
     */
    List<Entry> matches(String pattern) throws IOException {
        Map<String, Entry> found = new LinkedHashMap<>();
        for (String alternative : GlobExpander.expand(pattern)) {
            Matcher parts = ROOT.matcher(alternative);
            if (parts.matches()) {
                match(Entry.folder(parts.group(1)), List.of(parts.group(2).split("/")), found);
            }
        }
        return List.copyOf(found.values());
    }

    private void match(Entry place, List<String> names, Map<String, Entry> found) throws IOException {
        int glob = 0;
        StringBuilder folder = new StringBuilder(place.path()); // with a slash at its end: in S3, a// is not a/
        if (!place.path().endsWith("/")) {
            folder.append('/');
        }
        while (glob < names.size() && !StoragePaths.isGlob(names.get(glob))) {
            folder.append(unescaped(names.get(glob))).append('/');
            glob++;
        }
        if (glob == names.size()) {
            try {
                Entry entry = glob == 0 ? place : tree.find(folder.substring(0, folder.length() - 1));
                found.put(entry.path(), entry);
            } catch (FileNotFoundException e) {
                // no match
            }
            return;
        }
        GlobPattern pattern = new GlobPattern(names.get(glob));
        for (Entry child : children(folder.toString())) {
            boolean isLast = glob == names.size() - 1;
            if ((isLast || child.isFolder()) && pattern.matches(child.name()) && !isSkipped(child, names.get(glob))) {
                match(child, names.subList(glob + 1, names.size()), found);
            }
        }
    }

    /** As in a shell, a pattern matches hidden folders only if it begins with the dot itself. */
    private boolean isSkipped(Entry child, String pattern) {
        boolean asksForHidden = pattern.startsWith(".") && child.name().startsWith(".");
        return child.isFolder() && !asksForHidden && SkippedFolders.isSkipped(child, omissions);
    }

    private List<Entry> children(String folder) throws IOException {
        List<Entry> children = new ArrayList<>();
        try {
            RemoteIterator<Entry> entries = tree.children(folder);
            while (entries.hasNext()) {
                children.add(entries.next());
            }
        } catch (FileNotFoundException e) {
            return List.of();
        }
        return children;
    }

    private static String unescaped(String name) {
        return name.replaceAll("\\\\(.)", "$1");
    }
}
