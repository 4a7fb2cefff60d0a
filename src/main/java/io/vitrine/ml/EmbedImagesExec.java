package io.vitrine.ml;

import static io.vitrine.ml.Plans.list;
import static io.vitrine.ml.Plans.seq;

import io.vitrine.job.rows.WorkItem;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.types.DataType;
import scala.collection.IndexedSeq;
import scala.collection.immutable.Seq;

/** Executes {@link EmbedImages}, partition by partition, as the job does. Public, because Spark copies it by reflection. */
public final class EmbedImagesExec extends SparkPlan {
    private static final long serialVersionUID = 1;

    private final Attribute image;
    private final Seq<Attribute> kept;
    private final Seq<Attribute> results;
    private final transient Object form;
    private final transient Object embedding;
    private final SparkPlan child;

    /** @param kept the child's columns that are needed above: an image's bytes are dropped with its batch otherwise */
    public EmbedImagesExec(
            Attribute image,
            Seq<Attribute> kept,
            Seq<Attribute> results,
            Object form,
            Object embedding,
            SparkPlan child) {
        this.image = image;
        this.kept = kept;
        this.results = results;
        this.form = form;
        this.embedding = embedding;
        this.child = child;
    }

    @Override
    public RDD<InternalRow> doExecute() {
        Embedding features = (Embedding) embedding;
        List<Expression> bound = new ArrayList<>();
        list(kept)
                .forEach(column -> bound.add(new BoundReference(place(column), column.dataType(), column.nullable())));
        JavaRDD<WorkItem> items = child.execute()
                .toJavaRDD()
                .mapPartitions(new ImageItems((ImageForm) form, place(image), List.copyOf(bound)));
        return features.rows(session(), items)
                .mapPartitions(new FeatureRows(
                        types(kept), types(results), features.request().form() == EmbedRequest.VectorForm.vector))
                .rdd();
    }

    private int place(Attribute column) {
        List<Attribute> columns = list(child.output());
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).exprId().equals(column.exprId())) {
                return i;
            }
        }
        throw new IllegalStateException("No column " + column + " in " + columns);
    }

    private static List<DataType> types(Seq<Attribute> columns) {
        return List.copyOf(list(columns).stream().map(Attribute::dataType).toList());
    }

    @Override
    public Seq<Attribute> output() {
        List<Attribute> all = new ArrayList<>(list(kept));
        all.addAll(list(results));
        return seq(all);
    }

    @Override
    public AttributeSet producedAttributes() {
        return AttributeSet.apply(Plans.<Expression>seq(list(results)));
    }

    @Override
    public Seq<SparkPlan> children() {
        return seq(List.of(child));
    }

    /** Called by Spark 3.5; {@link #withNewChildrenInternal(scala.collection.immutable.IndexedSeq)} by Spark 4. */
    @SuppressWarnings("MissingOverride") // of either
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new EmbedImagesExec(image, kept, results, form, embedding, children.apply(0));
    }

    @SuppressWarnings("MissingOverride")
    public SparkPlan withNewChildrenInternal(scala.collection.immutable.IndexedSeq<SparkPlan> children) {
        return withNewChildrenInternal((IndexedSeq<SparkPlan>) children);
    }

    @Override
    public int productArity() {
        return 6;
    }

    @Override
    public Object productElement(int index) {
        return switch (index) {
            case 0 -> image;
            case 1 -> kept;
            case 2 -> results;
            case 3 -> form;
            case 4 -> embedding;
            default -> child;
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof EmbedImagesExec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbedImagesExec node && Plans.elements(this).equals(Plans.elements(node));
    }

    @Override
    public int hashCode() {
        return Plans.elements(this).hashCode();
    }
}
