package io.vitrine.ml;

import static io.vitrine.ml.Plans.list;
import static io.vitrine.ml.Plans.seq;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ConditionalExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Computes the calls of {@code vit_embed} in a SELECT list in batches, by {@link EmbedImages} below the list. Calls that CASE, IF,
 * COALESCE and the like compute for some rows only stay where they are. So do calls within lambda functions, whose images are
 * not columns.
 */
final class EmbedRule extends Rule<LogicalPlan> {
    private final SparkSession spark;

    EmbedRule(SparkSession spark) {
        this.spark = spark;
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
        return plan.resolveOperatorsUp(Plans.where(EmbedRule::hasCalls, node -> batched((Project) node)));
    }

    private static boolean hasCalls(LogicalPlan node) {
        return node instanceof Project project
                && project.resolved()
                && !calls(project).isEmpty();
    }

    /** The different calls in the list. */
    private static List<VitEmbed> calls(Project project) {
        Map<Expression, VitEmbed> calls = new LinkedHashMap<>();
        list(project.projectList()).forEach(expression -> add((Expression) expression, calls));
        return List.copyOf(calls.values());
    }

    private static void add(Expression expression, Map<Expression, VitEmbed> calls) {
        if (expression instanceof LambdaFunction) {
            return;
        }
        if (expression instanceof ConditionalExpression conditional) {
            list(conditional.alwaysEvaluatedInputs()).forEach(input -> add(input, calls));
            return;
        }
        if (expression instanceof VitEmbed call) {
            calls.putIfAbsent(call.canonicalized(), call);
        }
        list(expression.children()).forEach(child -> add(child, calls));
    }

    private LogicalPlan batched(Project project) {
        LogicalPlan rows = project.child();
        Map<Expression, Attribute> results = new LinkedHashMap<>();
        for (VitEmbed call : calls(project)) {
            EmbedColumns columns =
                    EmbedColumns.of(rows, call.image(), call.image().sql(), call.embedding(), spark);
            results.put(call.canonicalized(), list(columns.images().results()).get(0));
            rows = columns.images();
        }
        List<NamedExpression> selected = new ArrayList<>();
        for (NamedExpression expression : list(project.projectList())) {
            selected.add((NamedExpression) replaced((Expression) expression, results));
        }
        return new Project(seq(selected), rows);
    }

    private static Expression replaced(Expression expression, Map<Expression, Attribute> results) {
        return expression.transformUp(Plans.where(
                part -> part instanceof VitEmbed call && results.containsKey(call.canonicalized()),
                call -> results.get(((VitEmbed) call).canonicalized())));
    }
}
