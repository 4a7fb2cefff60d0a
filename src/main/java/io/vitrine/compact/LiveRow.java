package io.vitrine.compact;

import java.util.BitSet;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Whether a row, by its file and its index there, is to be kept. */
final class LiveRow implements UDF2<String, Long, Boolean> {
    private static final long serialVersionUID = 1;

    private final Broadcast<Map<String, BitSet>> live;

    private LiveRow(Broadcast<Map<String, BitSet>> live) {
        this.live = live;
    }

    /** The condition on rows that Spark reads. */
    static Column of(JavaSparkContext context, Map<String, BitSet> live) {
        return functions
                .udf(new LiveRow(context.broadcast(live)), DataTypes.BooleanType)
                .apply(RowScan.FILE, RowScan.INDEX);
    }

    @Override
    public Boolean call(String file, Long index) {
        BitSet rows = live.value().get(file);
        if (rows == null) {
            throw new IllegalStateException("The file " + file + " appeared while the output was read");
        }
        return rows.get(Math.toIntExact(index));
    }
}
