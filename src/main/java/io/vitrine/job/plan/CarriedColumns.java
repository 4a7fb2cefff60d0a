package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;

import io.vitrine.ConfigurationException;
import io.vitrine.job.request.ClashingColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;

/** Chooses the columns of a table that are copied to the output, and their names there. Names ignore case, as in Spark. */
final class CarriedColumns {
    private static final String PREFIX = "list_";

    private final ClashingColumns clashing;
    private final Set<String> left = new HashSet<>();
    private final Set<String> taken = new HashSet<>();

    /**
     * @param clashing what happens with a name that is taken
     * @param left names of columns that are not copied
     * @param outputColumns the output's other columns
     */
    CarriedColumns(ClashingColumns clashing, Set<String> left, List<String> outputColumns) {
        this.clashing = clashing;
        left.forEach(name -> this.left.add(key(name)));
        outputColumns.forEach(name -> taken.add(key(name)));
    }

    /**
     * The copied columns of {@code names}, renamed where the request says so.
     *
     * @throws ConfigurationException if a name is taken and the request has no rule for it
     */
    List<Column> of(String[] names) {
        List<Column> columns = new ArrayList<>();
        Set<String> own = new HashSet<>();
        Arrays.stream(names).map(CarriedColumns::key).forEach(own::add);
        for (String name : names) {
            if (left.contains(key(name))) {
                continue;
            }
            Column column = col("`" + name.replace("`", "``") + "`");
            if (!taken.contains(key(name))) {
                columns.add(column);
            } else if (clashing == ClashingColumns.RENAME) {
                columns.add(column.as(free(name, own)));
            } else if (clashing == ClashingColumns.FAIL) {
                throw new ConfigurationException("The input carries a column '" + name
                        + "', which is also a column of the output. Rename it in the table, or add"
                        + " --clashing-columns rename (it becomes " + PREFIX + name + ") or drop.");
            }
        }
        return columns;
    }

    private String free(String name, Set<String> own) {
        String renamed = PREFIX + name;
        while (taken.contains(key(renamed)) || !own.add(key(renamed))) {
            renamed = PREFIX + renamed;
        }
        return renamed;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
