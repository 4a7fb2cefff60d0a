package io.vitrine.ml;

import io.vitrine.ConfigurationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a transformation adds.
 *
 * @param fields the features, then the status and the error
 */
record OutputNames(List<StructField> fields) {
    /**
     * Names the columns.
     *
     * @param fields under their own names
     * @param several names of the features; empty for {@code one}, or their own if there are several
     * @throws ConfigurationException if there is not one name for each feature
     */
    static OutputNames of(List<StructField> fields, List<String> several, String one, String status, String error) {
        int features = fields.size() - 2;
        if (!several.isEmpty() && several.size() != features) {
            throw new ConfigurationException("outputCols has " + several.size() + " names, but there are " + features
                    + " feature columns: "
                    + String.join(
                            ", ",
                            fields.subList(0, features).stream()
                                    .map(StructField::name)
                                    .toList())
                    + ".");
        }
        List<StructField> named = new ArrayList<>();
        for (int i = 0; i < features; i++) {
            StructField field = fields.get(i);
            String own = features == 1 ? one : field.name();
            named.add(renamed(field, several.isEmpty() ? own : several.get(i)));
        }
        named.add(renamed(fields.get(features), status));
        named.add(renamed(fields.get(features + 1), error));
        return new OutputNames(List.copyOf(named));
    }

    private static StructField renamed(StructField field, String name) {
        return new StructField(name, field.dataType(), field.nullable(), field.metadata());
    }

    /** @throws ConfigurationException if a column is there already, or has a name twice */
    void requireNew(StructType schema) {
        Set<String> seen = new HashSet<>();
        for (String name : schema.fieldNames()) {
            seen.add(name.toLowerCase(Locale.ROOT)); // Spark's columns ignore case
        }
        for (StructField field : fields) {
            if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
                throw new ConfigurationException(
                        "There is a column '" + field.name()
                                + "' already. Choose another name with setOutputCol, setOutputCols, setStatusCol or setErrorCol.");
            }
        }
    }

    /**
     * The type of a column, or of a field of a struct.
     *
     * @throws ConfigurationException if there is none of this name
     */
    static DataType typeOf(StructType schema, String name) {
        if (Arrays.asList(schema.fieldNames()).contains(name)) {
            return schema.apply(name).dataType();
        }
        int dot = name.indexOf('.');
        if (dot > 0
                && Arrays.asList(schema.fieldNames()).contains(name.substring(0, dot))
                && schema.apply(name.substring(0, dot)).dataType() instanceof StructType struct) {
            return typeOf(struct, name.substring(dot + 1));
        }
        for (StructField field : schema.fields()) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.dataType();
            }
        }
        throw new ConfigurationException("There is no column '" + name + "'. There are: "
                + String.join(", ", schema.fieldNames()) + ". Choose one with setInputCol.");
    }
}
