package io.vitrine.job.output;

import io.vitrine.job.rows.ClassColumn;
import io.vitrine.job.rows.FeatureSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructField;

/** How the Parquet writer is set up for few large rows. */
public final class ParquetSettings {
    /** Bytes of one row group. Each task slot's writer holds about this much. */
    public static final int ROW_GROUP_BYTES = 32 << 20;

    private ParquetSettings() {}

    /** The writer's options for rows with these feature columns. */
    public static Map<String, String> of(List<StructField> features) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("parquet.block.size", Integer.toString(ROW_GROUP_BYTES));
        // Rows are large, so sizes of pages and groups are checked after a few of them.
        options.put("parquet.page.size.row.check.min", "4");
        options.put("parquet.page.size.row.check.max", "64");
        options.put("parquet.block.size.row.check.min", "4");
        options.put("parquet.block.size.row.check.max", "64");
        options.put("parquet.enable.dictionary#" + FeatureSchema.PATH, "false"); // no path repeats
        for (StructField field : features) {
            if (!field.name().equals(ClassColumn.Kind.LABEL.column())) { // floats rarely repeat, labels do
                options.put("parquet.enable.dictionary#" + field.name(), "false");
                options.put("parquet.enable.dictionary#" + field.name() + ".list.element", "false");
            }
        }
        return options;
    }
}
