package io.vitrine.ml;

import io.vitrine.spark.RunningSpark;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.Function1;
import scala.Tuple3;
import scala.collection.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Adds the function {@code vit_embed(image)} to a session's SQL: {@code spark.sql.extensions=io.vitrine.ml.VitrineExtensions}.
 *
 * <p>{@code image} is a file as binary, its path as string, or a struct of {@code bytes} and {@code path}. The result is an {@code
 * array<float>}, or null if the image can't be decoded. {@code vit_embed(image, 'cls')} names another of the checkpoint's columns.
 * {@code spark.vitrine.model} names the checkpoint; {@link SqlSettings} has the other settings.
 */
public final class VitrineExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
    private static final String NAME = "vit_embed";

    /** Called by Spark, which creates the extensions by name. */
    public VitrineExtensions() {}

    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        RunningSpark.requireFitting();
        extensions.injectFunction(new Tuple3<>(FunctionIdentifier.apply(NAME), info(), builder()));
        extensions.injectPostHocResolutionRule(rule(EmbedRule::new));
        extensions.injectOptimizerRule(rule(spark -> new EmbedPushdown()));
        return BoxedUnit.UNIT;
    }

    private static ExpressionInfo info() {
        return new ExpressionInfo(
                VitEmbed.class.getName(),
                null,
                NAME,
                "_FUNC_(image[, column]) - Returns the features of an image, or null if it can't be decoded.",
                "",
                "",
                "",
                "",
                "",
                "",
                "java_udf");
    }

    /** @param <S> Spark's kind of {@code Seq<Expression>}, which differs between versions of Scala */
    private static <S> Function1<S, Expression> builder() {
        return new AbstractFunction1<>() {
            @Override
            @SuppressWarnings("unchecked")
            public Expression apply(S arguments) {
                return VitEmbed.of(SparkSession.active(), Plans.list((Seq<Expression>) arguments));
            }
        };
    }

    private static Function1<SparkSession, Rule<LogicalPlan>> rule(Function<SparkSession, Rule<LogicalPlan>> maker) {
        return new AbstractFunction1<>() {
            @Override
            public Rule<LogicalPlan> apply(SparkSession spark) {
                return maker.apply(spark);
            }
        };
    }
}
