package io.vitrine.duplicates;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of the groups, one row for each member. */
final class DuplicateRow {
    static final String PATH = "path";

    /** The path of the group's representative. */
    static final String GROUP = "group";

    static final String REPRESENTATIVE = "representative";

    /** The cosine of the angle between the vectors of the member and of the representative; 1 for identical bytes. */
    static final String SIMILARITY = "similarity";

    /** {@link #IDENTICAL} or {@link #NEAR}, what the member is to the representative; null for itself. */
    static final String KIND = "kind";

    static final String IDENTICAL = "identical bytes";
    static final String NEAR = "near";

    static final StructType SCHEMA = new StructType()
            .add(PATH, DataTypes.StringType, false)
            .add(GROUP, DataTypes.StringType, false)
            .add(REPRESENTATIVE, DataTypes.BooleanType, false)
            .add(SIMILARITY, DataTypes.FloatType, false)
            .add(KIND, DataTypes.StringType, true)
            .add(Copies.FIRST, DataTypes.StringType, true);

    private DuplicateRow() {}
}
