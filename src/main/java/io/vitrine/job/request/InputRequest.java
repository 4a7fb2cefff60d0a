package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import io.vitrine.LocationSecrets;
import io.vitrine.catalog.StoragePaths;
import java.util.List;

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
     * @param include a glob that the names of listed files must match
     */
    record Folders(List<String> places, String include) implements InputRequest {
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

        @Override
        public List<String> folders() {
            return places;
        }

        @Override
        public boolean isComplete() {
            return include.equals(EVERY_NAME) && places.stream().noneMatch(StoragePaths::isGlob);
        }
    }

    /**
     * A text file with one path per line, or a Parquet, CSV or JSON table with a column of paths.
     *
     * @param pathColumn the name of that column
     */
    record PathList(String location, String pathColumn) implements InputRequest {
        /** The default name of the path column. */
        public static final String PATH = "path";

        public PathList {
            LocationSecrets.requireNone("--input-list", location);
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
