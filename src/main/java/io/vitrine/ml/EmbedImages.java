package io.vitrine.ml;

import static io.vitrine.ml.Plans.list;
import static io.vitrine.ml.Plans.seq;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeMap$;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.ColumnStat;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import scala.Option;
import scala.collection.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.math.BigInt;

/**
 * Spark's plan node that adds the features of images to its child's rows, which stay as they are and in their order. Public,
 * because Spark copies it by reflection from its constructor's arguments.
 */
public final class EmbedImages extends LogicalPlan {
    private static final long serialVersionUID = 1;

    private final Attribute image;
    private final Seq<Attribute> results;
    private final transient Object form;
    private final transient Object embedding;
    private final LogicalPlan child;

    /**
     * @param image a column of the child
     * @param results the columns that are added: the features, then the status, then the error
     * @param form an {@code ImageForm}
     * @param embedding an {@code Embedding}
     */
    public EmbedImages(Attribute image, Seq<Attribute> results, Object form, Object embedding, LogicalPlan child) {
        this.image = image;
        this.results = results;
        this.form = form;
        this.embedding = embedding;
        this.child = child;
    }

    Attribute image() {
        return image;
    }

    Seq<Attribute> results() {
        return results;
    }

    ImageForm form() {
        return (ImageForm) form;
    }

    Embedding embedding() {
        return (Embedding) embedding;
    }

    LogicalPlan child() {
        return child;
    }

    @Override
    public Seq<Attribute> output() {
        List<Attribute> all = new ArrayList<>(list(child.output()));
        all.addAll(list(results));
        return seq(all);
    }

    /** Spark would take the size of the child's rows for that of the features, and might send them to every executor for a join. */
    @Override
    public Statistics stats() {
        return new Statistics(
                BigInt.apply(Long.MAX_VALUE), Option.empty(), AttributeMap$.MODULE$.<ColumnStat>empty(), false);
    }

    @Override
    public AttributeSet producedAttributes() {
        return AttributeSet.apply(Plans.<Expression>seq(list(results)));
    }

    @Override
    public Seq<LogicalPlan> children() {
        return seq(List.of(child));
    }

    /** Called by Spark 3.5; {@link #withNewChildrenInternal(scala.collection.immutable.IndexedSeq)} by Spark 4. */
    @SuppressWarnings("MissingOverride") // of either
    public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
        return new EmbedImages(image, results, form, embedding, children.apply(0));
    }

    @SuppressWarnings("MissingOverride")
    public LogicalPlan withNewChildrenInternal(scala.collection.immutable.IndexedSeq<LogicalPlan> children) {
        return withNewChildrenInternal((IndexedSeq<LogicalPlan>) children);
    }

    @Override
    public int productArity() {
        return 5;
    }

    @Override
    public Object productElement(int index) {
        return switch (index) {
            case 0 -> image;
            case 1 -> results;
            case 2 -> form;
            case 3 -> embedding;
            default -> child;
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof EmbedImages;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbedImages node && Plans.elements(this).equals(Plans.elements(node));
    }

    @Override
    public int hashCode() {
        return Plans.elements(this).hashCode();
    }
}
