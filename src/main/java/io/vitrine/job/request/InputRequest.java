package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import java.util.List;

/**
 * Where a run's images are.
 *
 * @param folders folders, globs and single objects; empty if {@code list} is given
 * @param list a table of paths, or null
 * @param pathColumn the table's column of paths
 * @param include a glob that listed files' names must match
 */
public record InputRequest(List<String> folders, String list, String pathColumn, String include) {

    public InputRequest {
        if (folders.isEmpty() == (list == null)) {
            throw new ConfigurationException("Give either --input or --input-list: --input s3a://bucket/photos");
        }
    }

    /** All images below {@code folder}. */
    public static InputRequest of(String folder) {
        return new InputRequest(List.of(folder), null, "path", "*");
    }

    /** What was given. */
    public List<String> places() {
        return list == null ? folders : List.of(list);
    }

    /** Whether every image of the folders is meant, so that one that is not listed is gone. */
    boolean isWhole() {
        return list == null
                && include.equals("*")
                && folders.stream().noneMatch(folder -> folder.matches(".*[*?\\[{].*"));
    }
}
