package io.vitrine.ml;

import static io.vitrine.ml.Plans.list;
import static io.vitrine.ml.Plans.seq;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.optimizer.PushDownPredicates;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Filters rows before their features are computed, where a condition needs no feature. {@link VitrineExtensions} adds it to Spark's own
 * rules. A transformer, which comes to a session that runs, can only add it after these, when the rows of sources other than files
 * have been chosen.
 */
final class EmbedPushdown extends Rule<LogicalPlan> {
    EmbedPushdown() {}

    /** Adds the rule to {@code spark}, once. */
    static synchronized void install(SparkSession spark) {
        List<Rule<LogicalPlan>> all = new ArrayList<>(list(spark.experimental().extraOptimizations()));
        if (all.stream().noneMatch(EmbedPushdown.class::isInstance)) {
            all.add(new EmbedPushdown());
            spark.experimental().extraOptimizations_$eq(seq(all));
        }
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
        return plan.transformDown(Plans.where(
                EmbedPushdown::isPushable,
                node -> pushed((Filter) node, images(((Filter) node).child()).orElseThrow())));
    }

    private static boolean isPushable(LogicalPlan node) {
        return node instanceof Filter filter
                && images(filter.child())
                        .filter(images ->
                                conditions(filter.condition()).stream().anyMatch(needsOnly(images.child())))
                        .isPresent();
    }

    /** The images that a filter's child has: Spark may have selected columns between them, for fewer to pass. */
    private static Optional<EmbedImages> images(LogicalPlan child) {
        LogicalPlan node = child instanceof Project project && selects(project) ? project.child() : child;
        return node instanceof EmbedImages images ? Optional.of(images) : Optional.empty();
    }

    private static boolean selects(Project project) {
        return list(project.projectList()).stream().allMatch(Attribute.class::isInstance);
    }

    private static LogicalPlan pushed(Filter filter, EmbedImages images) {
        List<Expression> all = conditions(filter.condition());
        Predicate<Expression> isBelow = needsOnly(images.child());
        List<Expression> below = all.stream().filter(isBelow).toList();
        List<Expression> above = all.stream().filter(isBelow.negate()).toList();
        LogicalPlan filtered = PushDownPredicates.apply(new Filter(together(below), images.child()));
        LogicalPlan rows = images.withNewChildren(seq(List.of(filtered)));
        if (filter.child() instanceof Project selection) {
            rows = new Project(selection.projectList(), rows);
        }
        return above.isEmpty() ? rows : new Filter(together(above), rows);
    }

    /** Others stay above, as they do with Spark's own nodes. */
    private static Predicate<Expression> needsOnly(LogicalPlan rows) {
        return condition -> condition.deterministic() && condition.references().subsetOf(rows.outputSet());
    }

    private static List<Expression> conditions(Expression condition) {
        if (!(condition instanceof And and)) {
            return List.of(condition);
        }
        List<Expression> all = new ArrayList<>(conditions(and.left()));
        all.addAll(conditions(and.right()));
        return all;
    }

    private static Expression together(List<Expression> conditions) {
        return conditions.stream().reduce(And::new).orElseThrow();
    }
}
