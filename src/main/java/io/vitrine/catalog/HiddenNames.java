package io.vitrine.catalog;

import org.apache.hadoop.fs.Path;

/** Names that listings skip, as Spark does: those that begin with {@code _} or {@code .}. */
final class HiddenNames {
    private HiddenNames() {}

    static boolean isHidden(String name) {
        return name.startsWith("_") || name.startsWith(".");
    }

    /** Whether the name of {@code path}, or of a folder between it and {@code inputDepth}, is hidden. */
    static boolean isHidden(Path path, int inputDepth) {
        for (Path part = path; part != null && part.depth() > inputDepth; part = part.getParent()) {
            if (isHidden(part.getName())) {
                return true;
            }
        }
        return false;
    }
}
