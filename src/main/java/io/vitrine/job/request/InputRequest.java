package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import io.vitrine.LocationSecrets;
import io.vitrine.catalog.ListingRules;
import io.vitrine.catalog.StoragePaths;
import java.util.List;
import java.util.Optional;

/** Where a run's images are. */
public sealed interface InputRequest {
    /** The places as the user gave them, for messages and the run's record. */
    List<String> places();

    /** The places as text, for messages. */
    default String description() {
        return String.join(", ", places());
    }

    /** The places, if they are folders, globs or files; none for a list. */
    default List<String> folders() {
        return List.of();
    }

    /** Whether this covers every image of its folders, so that an image that is not listed has been deleted. */
    boolean isComplete();

    /** Every image below {@code places}: folders, globs or single files of any file system Hadoop knows. */
    static InputRequest under(String... places) {
        return new Folders(List.of(places), Folders.EVERY_NAME);
    }

    /** The images that a table names in its column {@code path}. */
    static InputRequest list(String location) {
        return new PathList(location, PathList.PATH);
    }

    /**
     * Folders, globs and single files.
     *
     * @param rules which files are images
     */
    record Folders(List<String> places, ListingRules rules) implements InputRequest {
        /** The {@code include} that leaves nothing out. */
        public static final String EVERY_NAME = "*";

        public Folders {
            if (places.isEmpty()) {
                throw new ConfigurationException(
                        "No input. Give --input, such as --input s3a://bucket/photos, or --input-list.");
            }
            places = List.copyOf(places);
            places.forEach(place -> LocationSecrets.requireNone("--input", place));
        }

        /**
         * Folders whose archives are read.
         *
         * @param include a glob that the names of listed files must match
         */
        public Folders(List<String> places, String include) {
            this(places, new ListingRules(include, ListingRules.Archives.READ, List.of()));
        }

        @Override
        public List<String> folders() {
            return places;
        }

        @Override
        public boolean isComplete() {
            return rules.include().equals(EVERY_NAME)
                    && rules.archives() == ListingRules.Archives.READ
                    && places.stream().noneMatch(StoragePaths::isGlob);
        }
    }

    /**
     * A text file with one path per line, or a table with a column of paths.
     *
     * @param pathColumn the name of that column
     * @param baseFolder the folder of relative paths; if empty, the folder that holds the list
     */
    record PathList(String location, String pathColumn, Optional<String> baseFolder, ClashingColumns clashing)
            implements InputRequest {
        /** The default name of the path column. */
        public static final String PATH = "path";

        public PathList {
            LocationSecrets.requireNone("--input-list", location);
        }

        /** A list whose relative paths start at its own folder, and whose columns have names that the output does not use. */
        public PathList(String location, String pathColumn) {
            this(location, pathColumn, Optional.empty(), ClashingColumns.FAIL);
        }

        /** The same list with relative paths below {@code folder}. */
        public PathList withBaseFolder(String folder) {
            return new PathList(location, pathColumn, Optional.of(folder), clashing);
        }

        /** The same list with another rule for columns that the output has too. */
        public PathList withClashingColumns(ClashingColumns rule) {
            return new PathList(location, pathColumn, baseFolder, rule);
        }

        @Override
        public List<String> places() {
            return List.of(location);
        }

        @Override
        public boolean isComplete() {
            return false;
        }
    }

    /**
     * A table with a column of images.
     *
     * @param imageColumn a column of binary files, of text, or a struct with one; dots lead into structs
     * @param idColumn the column that tells images apart; if empty, the struct's {@code path}, or the row's place
     */
    record CellTable(String location, String imageColumn, Optional<String> idColumn, ClashingColumns clashing)
            implements InputRequest {
        public CellTable {
            LocationSecrets.requireNone("--input-table", location);
        }

        /** A table whose columns have names that the output does not use. */
        public CellTable(String location, String imageColumn, Optional<String> idColumn) {
            this(location, imageColumn, idColumn, ClashingColumns.FAIL);
        }

        @Override
        public List<String> places() {
            return List.of(location);
        }

        @Override
        public boolean isComplete() {
            return false;
        }
    }
}
