package io.vitrine.ml;

import static io.vitrine.ml.Plans.list;
import static io.vitrine.ml.Plans.seq;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Tells Spark how to execute {@link EmbedImages}: with no more columns than the list and the filter above need, and not at all if these need no feature. */
final class EmbedStrategy extends SparkStrategy {
    private EmbedStrategy() {}

    /** Adds the strategy to {@code spark}, once. */
    static synchronized void install(SparkSession spark) {
        List<SparkStrategy> all = new ArrayList<>(list(spark.experimental().extraStrategies()));
        if (all.stream().noneMatch(EmbedStrategy.class::isInstance)) {
            all.add(new EmbedStrategy());
            spark.experimental().extraStrategies_$eq(seq(all));
        }
    }

    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
        if (plan instanceof Project project && project.child() instanceof EmbedImages images) {
            return seq(List.of(new ProjectExec(project.projectList(), rows(images, project.references()))));
        } else if (plan instanceof Project project
                && project.child() instanceof Filter filter
                && filter.child() instanceof EmbedImages images) {
            AttributeSet needed = project.references().$plus$plus(filter.references());
            SparkPlan rows = new FilterExec(filter.condition(), rows(images, needed));
            return seq(List.of(new ProjectExec(project.projectList(), rows)));
        } else if (plan instanceof EmbedImages images) {
            return seq(List.of(exec(images, list(images.child().output()))));
        }
        return seq(List.of()); // Spark's own strategies follow
    }

    private SparkPlan rows(EmbedImages images, AttributeSet needed) {
        boolean needsFeatures = list(images.results()).stream().anyMatch(needed::contains);
        return needsFeatures
                ? exec(
                        images,
                        list(images.child().output()).stream()
                                .filter(needed::contains)
                                .toList())
                : planLater(images.child());
    }

    private SparkPlan exec(EmbedImages images, List<Attribute> kept) {
        return new EmbedImagesExec(
                images.image(),
                seq(kept),
                images.results(),
                images.form(),
                images.embedding(),
                planLater(images.child()));
    }
}
