package io.vitrine.search.batch;

import io.vitrine.index.Hit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/** An answer as rows: query, rank from 1, path, score, label (null if the image has none). */
final class HitRows implements FlatMapFunction<Tuple2<String, List<Hit>>, Row> {
    private static final long serialVersionUID = 1;

    static final StructType SCHEMA = new StructType()
            .add("query", DataTypes.StringType, false)
            .add("rank", DataTypes.IntegerType, false)
            .add("path", DataTypes.StringType, false)
            .add("score", DataTypes.FloatType, false)
            .add("label", DataTypes.StringType, true);

    @Override
    public Iterator<Row> call(Tuple2<String, List<Hit>> answer) {
        List<Row> rows = new ArrayList<>();
        for (Hit hit : answer._2()) {
            rows.add(RowFactory.create(
                    answer._1(),
                    rows.size() + 1,
                    hit.path(),
                    hit.score(),
                    hit.label().isEmpty() ? null : hit.label()));
        }
        return rows.iterator();
    }
}
