package io.vitrine.duplicates;

import static org.apache.spark.sql.functions.col;

import io.vitrine.OutputConflictException;
import io.vitrine.vectors.CurrentVectors;
import io.vitrine.vectors.Distances;
import java.util.Iterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * A task: chooses the representatives of whole groups, and compares each member with its own. A representative is the image of the most
 * pixels; of equal ones the longest file, and then the least path. Only one vector of a group is in memory at a time, and the
 * representative's.
 */
final class DescribeGroups implements FlatMapFunction<Iterator<InternalRow>, Row> {
    private static final long serialVersionUID = 1;
    private static final String NUMBER = "vitrine_group";
    private static final String COPY = "vitrine_copy";

    /**
     * The rows of all groups.
     *
     * @param rows of current vectors
     * @param members path and number of the group
     * @param copies as {@link Copies#in} gives them
     */
    static Dataset<Row> of(Dataset<Row> rows, Dataset<Row> members, Dataset<Row> copies) {
        Dataset<Row> grouped = rows.join(members.toDF(CurrentVectors.PATH, NUMBER), CurrentVectors.PATH)
                .join(copies.toDF(COPY, Copies.FIRST), col(CurrentVectors.PATH).equalTo(col(COPY)), "left")
                .select(
                        NUMBER,
                        CurrentVectors.PATH,
                        CurrentVectors.VECTOR,
                        Copies.FIRST,
                        CurrentVectors.PIXELS,
                        CurrentVectors.LENGTH)
                .repartition(col(NUMBER))
                .sortWithinPartitions(
                        col(NUMBER),
                        col(CurrentVectors.PIXELS).desc_nulls_last(),
                        col(CurrentVectors.LENGTH).desc_nulls_last(),
                        col(CurrentVectors.PATH));
        JavaRDD<Row> described = grouped.queryExecution().toRdd().toJavaRDD().mapPartitions(new DescribeGroups());
        return rows.sparkSession().createDataFrame(described, DuplicateRow.SCHEMA);
    }

    @Override
    public Iterator<Row> call(Iterator<InternalRow> members) {
        return new Described(members);
    }

    private static final class Described implements Iterator<Row> {
        private final Iterator<InternalRow> members;
        private int group = -1;
        private String representative = "";
        private String before = "";
        private float[] best = new float[0];

        Described(Iterator<InternalRow> members) {
            this.members = members;
        }

        @Override
        public boolean hasNext() {
            return members.hasNext();
        }

        @Override
        public Row next() {
            InternalRow member = members.next();
            String path = member.getUTF8String(1).toString();
            float[] unit = UnitVector.of(member.getArray(2).toFloatArray());
            String copyOf = member.isNullAt(3) ? null : member.getUTF8String(3).toString();
            boolean isFirst = member.getInt(0) != group;
            if (isFirst) {
                group = member.getInt(0);
                representative = path;
                best = unit;
            } else if (path.equals(before)) {
                throw new OutputConflictException("The output has two newest rows of " + path
                        + ". Another program has copied rows; remove one of them.");
            }
            before = path;
            boolean isSame = isFirst || representative.equals(copyOf);
            float similarity = isSame ? 1 : Distances.dot(unit, best);
            String kind = isFirst ? null : isSame ? DuplicateRow.IDENTICAL : DuplicateRow.NEAR;
            return RowFactory.create(path, representative, isFirst, similarity, kind, copyOf);
        }
    }
}
