package io.vitrine.ml;

import static io.vitrine.ml.Plans.list;
import static io.vitrine.ml.Plans.seq;

import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.job.rows.FeatureSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import scala.Option;

/**
 * A plan with the columns of an {@link Embedding} added.
 *
 * @param rows the columns that the features are added to
 */
record EmbedColumns(LogicalPlan rows, EmbedImages images) {
    private static final DataType FLOATS = DataTypes.createArrayType(DataTypes.FloatType, false);

    /** The feature columns, the status and the error, as they are added. */
    static List<StructField> fields(List<StructField> features, EmbedRequest.VectorForm form) {
        List<StructField> fields = new ArrayList<>();
        for (StructField field : features) {
            boolean isVector =
                    field.dataType().equals(FLOATS) && field.metadata().getLongArray("shape").length == 1;
            DataType type =
                    isVector && form == EmbedRequest.VectorForm.vector ? SQLDataTypes.VectorType() : field.dataType();
            fields.add(new StructField(field.name(), type, true, field.metadata()));
        }
        fields.add(new StructField(FeatureSchema.STATUS, DataTypes.StringType, true, Metadata.empty()));
        fields.add(new StructField(FeatureSchema.ERROR, DataTypes.StringType, true, Metadata.empty()));
        return fields;
    }

    /**
     * Adds the columns to {@code rows}.
     *
     * @param image resolved against {@code rows}
     * @param name of the image column, for messages
     * @throws io.vitrine.ConfigurationException if it holds no images
     */
    static EmbedColumns of(LogicalPlan rows, Expression image, String name, Embedding embedding, SparkSession spark) {
        EmbedStrategy.install(spark);
        EmbedPushdown.install(spark);
        CanonicalPaths paths =
                CanonicalPaths.ofWorkingFolder(spark.sessionState().newHadoopConf());
        ImageForm form = ImageForm.of(name, image.dataType(), paths);
        LogicalPlan child = rows;
        Attribute column;
        if (image instanceof Attribute attribute) {
            column = attribute;
        } else {
            Alias alias = alias(image, "vitrine_image");
            column = alias.toAttribute();
            List<NamedExpression> all = new ArrayList<>(list(rows.output()));
            all.add(alias);
            child = new Project(seq(all), rows);
        }
        List<Attribute> results = new ArrayList<>();
        for (StructField field :
                fields(embedding.features(), embedding.request().form())) {
            results.add(new AttributeReference(
                    field.name(),
                    field.dataType(),
                    true,
                    field.metadata(),
                    NamedExpression.newExprId(),
                    seq(List.of())));
        }
        return new EmbedColumns(rows, new EmbedImages(column, seq(results), form, embedding, child));
    }

    /** The plan, with the added columns under {@code names}. */
    LogicalPlan named(OutputNames names) {
        List<NamedExpression> all = new ArrayList<>(list(rows.output()));
        List<Attribute> results = list(images.results());
        for (int i = 0; i < results.size(); i++) {
            all.add(alias(
                    results.get(i),
                    names.fields().get(i).name())); // Spark renews aliases in joins of a plan with itself
        }
        return new Project(seq(all), images);
    }

    static Alias alias(Expression value, String name) {
        return new Alias(value, name, NamedExpression.newExprId(), seq(List.of()), Option.empty(), seq(List.of()));
    }
}
