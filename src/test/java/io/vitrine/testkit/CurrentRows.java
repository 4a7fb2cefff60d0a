package io.vitrine.testkit;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The current row of each image among the rows of several runs, by the query that the documents give. */
public final class CurrentRows {
    private CurrentRows() {}

    /** The status of each image that is not deleted, by file name. */
    public static Map<String, String> statusByName(Dataset<Row> rows) {
        rows.createOrReplaceTempView("features");
        Map<String, String> statuses = new HashMap<>();
        rows.sparkSession()
                .sql(
                        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY path ORDER BY run DESC) AS age FROM features)"
                                + " WHERE age = 1 AND status != 'deleted'")
                .collectAsList()
                .forEach(row -> statuses.put(row.<String>getAs("path").replaceFirst(".*/", ""), row.getAs("status")));
        return Map.copyOf(statuses);
    }
}
