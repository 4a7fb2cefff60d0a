package io.vitrine.compact;

import io.vitrine.OutputConflictException;
import io.vitrine.job.output.OutputIdentity;
import io.vitrine.job.rows.FeatureSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of rewritten rows: those of the files, with their types and metadata. */
final class RowColumns {
    private static final String COLUMN = "column ";

    /** As our own files have it. Spark's reader forgets it, and so do files that were rewritten by hand. */
    private static final String LISTS_WITHOUT_NULLS = "\"containsNull\":false";

    private RowColumns() {}

    /**
     * The columns that all files have.
     *
     * @throws OutputConflictException if files have different columns, or lack one of the output's
     */
    static StructType of(SourceFacts facts, OutputIdentity identity, String output) {
        String newest = facts.schemas().entrySet().stream()
                .max((a, b) -> {
                    int lists = Boolean.compare(
                            a.getKey().contains(LISTS_WITHOUT_NULLS), b.getKey().contains(LISTS_WITHOUT_NULLS));
                    return lists != 0 ? lists : a.getValue().compareTo(b.getValue());
                })
                .orElseThrow()
                .getKey();
        StructType columns = (StructType) DataType.fromJson(newest);
        Map<String, String> types = types(columns);
        facts.schemas().forEach((schema, run) -> {
            Map<String, String> others = types((StructType) DataType.fromJson(schema));
            if (!others.equals(types)) {
                throw new OutputConflictException("The output " + output + " has files with different columns: those of"
                        + " run " + run + " are " + others + ", of another " + types
                        + ". One run can't hold both; keep them in two outputs.");
            }
        });
        for (String name : names(identity)) {
            if (!types.containsKey(name)) {
                throw new OutputConflictException("The files of " + output + " have no column " + name
                        + ", which _vitrine/output.json names. Bring them back.");
            }
        }
        return columns;
    }

    private static Map<String, String> types(StructType columns) {
        Map<String, String> types = new TreeMap<>();
        for (StructField field : columns.fields()) {
            types.put(field.name(), field.dataType().catalogString());
        }
        return types;
    }

    /** The names of an output's feature columns. */
    static List<String> names(OutputIdentity identity) {
        return identity.fields().keySet().stream()
                .filter(field -> field.startsWith(COLUMN))
                .map(field -> field.substring(COLUMN.length()))
                .toList();
    }

    /** An identity's field for a column. */
    static String field(String column) {
        return COLUMN + column;
    }

    /** The feature columns among {@code columns}. */
    static List<StructField> features(StructType columns, OutputIdentity identity) {
        List<String> names = names(identity);
        return Arrays.stream(columns.fields())
                .filter(field -> names.contains(field.name()))
                .filter(field ->
                        !Arrays.asList(FeatureSchema.IMAGE.fieldNames()).contains(field.name()))
                .toList();
    }
}
