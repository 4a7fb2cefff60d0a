package io.vitrine.ml;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.job.plan.FeaturePlan;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call of {@code vit_embed}. {@link EmbedRule} replaces those of a SELECT list; others, such as those of a WHERE clause, infer
 * image by image. Public, because Spark copies it by reflection.
 */
public final class VitEmbed extends Expression implements CodegenFallback, Serializable {
    private static final long serialVersionUID = 1;

    private final Expression image;
    private final transient Object embedding;
    private final SingleImages single;
    private final CanonicalPaths paths;
    private final DataType type;
    private transient ImageForm form;

    /**
     * @param embedding an {@code Embedding}, on the driver
     * @param single how tasks infer single images
     */
    public VitEmbed(Expression image, Object embedding, SingleImages single, CanonicalPaths paths, DataType type) {
        this.image = image;
        this.embedding = embedding;
        this.single = single;
        this.paths = paths;
        this.type = type;
    }

    /** The call with these arguments, under the session's settings. */
    static VitEmbed of(SparkSession spark, List<Expression> arguments) {
        if (arguments.isEmpty() || arguments.size() > 2) {
            throw new ConfigurationException("vit_embed takes an image and, if wanted, the name of a column, as in"
                    + " vit_embed(content, 'cls'). It was called with " + arguments.size() + " arguments.");
        }
        Optional<String> column = arguments.size() == 1 ? Optional.empty() : Optional.of(name(arguments.get(1)));
        EmbedRequest request = SqlSettings.request(spark, column);
        FeaturePlan plan = KnownPlans.of(request, spark.sessionState().newHadoopConf());
        Embedding embedding = Embedding.of(spark, request, plan);
        return new VitEmbed(
                arguments.get(0),
                embedding,
                embedding.single(spark),
                CanonicalPaths.ofWorkingFolder(spark.sessionState().newHadoopConf()),
                embedding.features().get(0).dataType());
    }

    private static String name(Expression column) {
        if (column instanceof Literal literal
                && literal.dataType().equals(DataTypes.StringType)
                && literal.value() != null) {
            return literal.value().toString();
        }
        throw new ConfigurationException(
                "The second argument of vit_embed is the name of a column in quotes, such as 'cls'.");
    }

    Embedding embedding() {
        return (Embedding) embedding;
    }

    @Override
    public Object eval(InternalRow row) {
        if (form == null) {
            form = ImageForm.of(image.sql(), image.dataType(), paths);
        }
        InternalRow cell = new GenericInternalRow(new Object[] {image.eval(row)});
        return single.feature(form.image(cell, 0), type);
    }

    Expression image() {
        return image;
    }

    @Override
    public Seq<Expression> children() {
        return Plans.seq(List.of(image));
    }

    /** Called by Spark 3.5; {@link #withNewChildrenInternal(scala.collection.immutable.IndexedSeq)} by Spark 4. */
    @SuppressWarnings("MissingOverride") // of either
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return new VitEmbed(children.apply(0), embedding, single, paths, type);
    }

    @SuppressWarnings("MissingOverride")
    public Expression withNewChildrenInternal(scala.collection.immutable.IndexedSeq<Expression> children) {
        return withNewChildrenInternal((IndexedSeq<Expression>) children);
    }

    @Override
    public DataType dataType() {
        return type;
    }

    @Override
    public boolean nullable() {
        return true;
    }

    /** The driver has no model. */
    @Override
    public boolean foldable() {
        return false;
    }

    @Override
    public String prettyName() {
        return "vit_embed";
    }

    @Override
    public String toString() {
        return prettyName() + "(" + image + ")";
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        return CodegenFallback.super.doGenCode(context, code);
    }

    @Override
    public int productArity() {
        return 5;
    }

    @Override
    public Object productElement(int index) {
        return switch (index) {
            case 0 -> image;
            case 1 -> embedding;
            case 2 -> single;
            case 3 -> paths;
            default -> type;
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof VitEmbed;
    }

    /** Calls on the same image that ask for the same features are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof VitEmbed call && image.equals(call.image) && single.equals(call.single);
    }

    @Override
    public int hashCode() {
        return 31 * image.hashCode() + single.hashCode();
    }
}
