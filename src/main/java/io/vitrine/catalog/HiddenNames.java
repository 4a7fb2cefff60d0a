package io.vitrine.catalog;

/** Names that listings skip, as Spark does: those that begin with {@code _} or {@code .}. */
final class HiddenNames {
    private HiddenNames() {}

    static boolean isHidden(String name) {
        return name.startsWith("_") || name.startsWith(".");
    }
}
