package io.vitrine.catalog;

import io.vitrine.ConfigurationException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which files of a folder are images.
 *
 * @param include a glob that the names of files, and of members of archives, must match; {@code *} for every name
 * @param archives what becomes of archives
 * @param fields extensions of the files next to a member whose content is copied to the output, such as {@code txt}
 */
public record ListingRules(String include, Archives archives, List<String> fields) implements Serializable {
    /** What becomes of archives in a folder. */
    public enum Archives {
        /** Their members are images. */
        READ,
        /** They are left out. */
        SKIP
    }

    /** Every file, and every member of an archive. */
    public static final ListingRules EVERYTHING = new ListingRules("*", Archives.READ, List.of());

    public ListingRules {
        fields = List.copyOf(fields);
        Set<String> names = new HashSet<>();
        for (String field : fields) {
            if (!field.matches("[A-Za-z0-9_-]+")) {
                throw new ConfigurationException(
                        "--archive-fields takes extensions such as json,txt,cls, not '" + field + "'.");
            }
            if (!names.add(field.toLowerCase(Locale.ROOT))) {
                throw new ConfigurationException(
                        "--archive-fields names '" + field + "' twice, which would be two columns of one name.");
            }
        }
        if (archives == Archives.SKIP && !fields.isEmpty()) {
            throw new ConfigurationException(
                    "--archive-fields reads archives, and --archives skip leaves them out. Give one of the two.");
        }
    }
}
