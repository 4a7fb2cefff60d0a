package io.vitrine.table;

import static org.apache.spark.sql.functions.col;

import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.sources.EqualTo;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.GreaterThan;
import org.apache.spark.sql.sources.GreaterThanOrEqual;
import org.apache.spark.sql.sources.In;
import org.apache.spark.sql.sources.IsNotNull;
import org.apache.spark.sql.sources.LessThan;
import org.apache.spark.sql.sources.LessThanOrEqual;
import org.apache.spark.sql.sources.StringStartsWith;

/** Filters of Spark's data sources as columns: those that compare a column with values. */
final class FilterColumns {
    private FilterColumns() {}

    /** The column of a filter; empty for other filters. */
    static Optional<Column> of(Filter filter) {
        if (filter instanceof EqualTo equal) {
            return Optional.of(column(equal.attribute()).equalTo(equal.value()));
        }
        if (filter instanceof In in) {
            return Optional.of(column(in.attribute()).isin(in.values()));
        }
        if (filter instanceof GreaterThan greater) {
            return Optional.of(column(greater.attribute()).gt(greater.value()));
        }
        if (filter instanceof GreaterThanOrEqual greater) {
            return Optional.of(column(greater.attribute()).geq(greater.value()));
        }
        if (filter instanceof LessThan less) {
            return Optional.of(column(less.attribute()).lt(less.value()));
        }
        if (filter instanceof LessThanOrEqual less) {
            return Optional.of(column(less.attribute()).leq(less.value()));
        }
        if (filter instanceof StringStartsWith start) {
            return Optional.of(column(start.attribute()).startsWith(start.value()));
        }
        if (filter instanceof IsNotNull present) {
            return Optional.of(column(present.attribute()).isNotNull());
        }
        return Optional.empty();
    }

    /** The attribute of a filter is quoted where it has to be. */
    private static Column column(String attribute) {
        return col(attribute);
    }
}
