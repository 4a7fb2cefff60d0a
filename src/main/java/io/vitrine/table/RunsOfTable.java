package io.vitrine.table;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.PrunedFilteredScan;
import org.apache.spark.sql.types.StructType;

/** Selected runs of a lake table as a relation of Spark. The runs are selected at each scan. */
final class RunsOfTable extends BaseRelation implements PrunedFilteredScan {
    private final Function<List<String>, Dataset<Row>> rows;
    private final Supplier<List<String>> selection;
    private final StructType schema;
    private final SQLContext context;

    /** @param rows the rows of the given runs */
    RunsOfTable(Function<List<String>, Dataset<Row>> rows, Supplier<List<String>> selection) {
        this.rows = rows;
        this.selection = selection;
        Dataset<Row> none = rows.apply(List.of());
        this.schema = none.schema();
        this.context = none.sparkSession().sqlContext();
    }

    @Override
    public SQLContext sqlContext() {
        return context;
    }

    @Override
    public StructType schema() {
        return schema;
    }

    /** Spark applies all filters again, so the table gets those that it can use to skip files. */
    @Override
    public RDD<Row> buildScan(String[] columns, Filter[] filters) {
        Dataset<Row> selected = rows.apply(selection.get());
        for (Column filter : Arrays.stream(filters)
                .map(FilterColumns::of)
                .flatMap(Optional::stream)
                .toList()) {
            selected = selected.where(filter);
        }
        return selected.select(Arrays.stream(columns)
                        .map(name -> col(LakeTable.quote(name)))
                        .toArray(Column[]::new))
                .rdd();
    }
}
