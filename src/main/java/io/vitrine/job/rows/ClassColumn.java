package io.vitrine.job.rows;

import io.vitrine.checkpoint.ScoreFunction;
import io.vitrine.inference.BatchFeatures;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A classifier's answer: the label of the largest logit, its score (see {@link ScoreFunction}), or the k best of both. A class
 * without a name in config.json's {@code id2label} is called LABEL_i, as in the reference.
 */
public final class ClassColumn implements FeatureColumn {
    private static final long serialVersionUID = 1;
    private static final StructType SCORED =
            new StructType().add("label", DataTypes.StringType, false).add("score", DataTypes.FloatType, false);

    /** The three columns. */
    public enum Kind {
        LABEL("label"),
        SCORE("label_score"),
        TOP_K("top_k");

        private final String column;

        Kind(String column) {
            this.column = column;
        }

        public String column() {
            return column;
        }

        public static boolean isName(String name) {
            return Arrays.stream(values()).anyMatch(kind -> kind.column.equals(name));
        }
    }

    private final Kind kind;
    private final List<String> labels;
    private final ScoreFunction function;
    private final int k;

    /**
     * @param function makes scores of logits
     * @param k at most the number of classes
     */
    ClassColumn(Kind kind, List<String> labels, ScoreFunction function, int k) {
        this.kind = kind;
        this.labels = labels;
        this.function = function;
        this.k = k;
    }

    @Override
    public StructField field() {
        return switch (kind) {
            case LABEL -> FeatureColumn.field(kind.column, DataTypes.StringType, "string", List.of());
            case SCORE -> FeatureColumn.field(kind.column, DataTypes.FloatType, "float32", List.of(), functionName());
            case TOP_K ->
                FeatureColumn.field(
                        kind.column,
                        DataTypes.createArrayType(SCORED, false),
                        "struct<label,score>",
                        List.of(k),
                        functionName());
        };
    }

    /** Metadata that keeps other scores than a softmax's, which was the only one once, apart from them. */
    private String[] functionName() {
        return function == ScoreFunction.SOFTMAX
                ? new String[0]
                : new String[] {"function", function.name().toLowerCase(Locale.ROOT)};
    }

    @Override
    public Object value(BatchFeatures features, int index) {
        float[] logits = features.floats("logits", index);
        int[] best = best(logits, kind == Kind.TOP_K ? k : 1);
        if (kind == Kind.LABEL) {
            return label(best[0]);
        }
        float[] scores = function.apply(logits);
        if (kind == Kind.SCORE) {
            return scores[best[0]];
        }
        Row[] scored = new Row[best.length];
        for (int i = 0; i < best.length; i++) {
            scored[i] = RowFactory.create(label(best[i]), scores[best[i]]);
        }
        return scored;
    }

    private String label(int index) {
        return index < labels.size() ? labels.get(index) : "LABEL_" + index;
    }

    /** Indices of the largest values, largest first; the first of equal ones. */
    private static int[] best(float[] values, int count) {
        int[] best = new int[count];
        int found = 0;
        for (int i = 0; i < values.length; i++) {
            int at = found < count ? found++ : count;
            while (at > 0 && values[best[at - 1]] < values[i]) {
                if (at < count) {
                    best[at] = best[at - 1];
                }
                at--;
            }
            if (at < count) {
                best[at] = i;
            }
        }
        return best;
    }
}
