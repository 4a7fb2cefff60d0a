package io.vitrine.job.rows;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.LossFunction;
import io.vitrine.report.ClassScore;
import io.vitrine.report.LabelFault;
import io.vitrine.report.LabelScores;
import io.vitrine.report.LabelTally;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * The carried column that holds each image's label, and how the model's logits are compared with it: as the loss of transformers'
 * image classifiers, in double precision.
 */
public final class LabelColumn implements Serializable {
    private static final long serialVersionUID = 1;

    /** The model output that labels are compared with. */
    public static final String LOGITS = "logits";

    private final String name;
    private final int place; // among the carried values
    private final LossFunction loss;
    private final int classes;
    private final ClassNames names;

    private LabelColumn(String name, int place, LossFunction loss, int classes, ClassNames names) {
        this.name = name;
        this.place = place;
        this.loss = loss;
        this.classes = classes;
        this.names = names;
    }

    /**
     * Finds the column.
     *
     * @param carried the columns that pass through from the input
     * @param classes the number of logits
     * @throws ConfigurationException if there is no such column, its type is no label, or the checkpoint's loss needs several labels
     */
    public static LabelColumn of(String name, List<StructField> carried, Checkpoint checkpoint, int classes) {
        int place = place(name, carried);
        requireLabels(carried.get(place));
        LossFunction loss = LossFunction.of(checkpoint, classes);
        if (loss == LossFunction.BINARY_CROSS_ENTROPY || loss == LossFunction.SQUARED_ERROR && classes != 1) {
            throw new ConfigurationException("--label-column is for one label per image, but the checkpoint "
                    + checkpoint.folder() + " has "
                    + (loss == LossFunction.SQUARED_ERROR
                            ? classes + " numbers per image (problem_type regression)."
                            : "several labels per image (problem_type multi_label_classification).")
                    + " Leave it out, and write logits to compare them yourself.");
        }
        return new LabelColumn(
                carried.get(place).name(),
                place,
                loss,
                classes,
                new ClassNames(checkpoint.config().labels(), classes));
    }

    private static int place(String name, List<StructField> carried) {
        Optional<StructField> same = carried.stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .or(() -> carried.stream() // Spark's columns ignore case
                        .filter(field -> field.name().equalsIgnoreCase(name))
                        .findFirst());
        return same.map(carried::indexOf).orElseThrow(() -> missing(name, carried));
    }

    private static ConfigurationException missing(String name, List<StructField> carried) {
        return new ConfigurationException("--label-column " + name + ": the input carries no such column. "
                + (carried.isEmpty()
                        ? "It carries none: labels come from the other columns of --input-list or --input-table, or from"
                                + " --archive-fields such as cls."
                        : "It carries: "
                                + carried.stream().map(StructField::name).collect(Collectors.joining(", ")) + "."));
    }

    private static void requireLabels(StructField field) {
        DataType type = field.dataType();
        if (!(type instanceof StringType || type instanceof NumericType)) {
            throw new ConfigurationException("--label-column " + field.name() + " is of type " + type.simpleString()
                    + ", but labels are numbers or texts. Give a column with each image's class index or name.");
        }
    }

    public String name() {
        return name;
    }

    /** The scores of what tasks counted. */
    public LabelScores scores(LabelTally tally) {
        return LabelScores.of(name, key(), classes, tally);
    }

    private String key() {
        return loss == LossFunction.CROSS_ENTROPY ? LabelScores.CROSS_ENTROPY : LabelScores.SQUARED_ERROR;
    }

    /** What a run reports, in words. */
    public String describe() {
        return name + ": "
                + (loss == LossFunction.CROSS_ENTROPY ? "top-1, top-5 and mean cross entropy" : "mean squared error")
                + " over the images of this run";
    }

    /** Compares an image. */
    public void count(ImageResult.Extracted image, LabelTally tally) {
        Label label = read(image.item().carried()[place]);
        if (label instanceof Label.Unusable unusable) {
            tally.addFault(unusable.fault(), image.ref().path(), unusable.text());
            return;
        }
        float[] logits = image.features().floats(LOGITS, image.index());
        if (label instanceof Label.OfClass known) {
            double[] exact = new double[logits.length];
            for (int i = 0; i < exact.length; i++) {
                exact[i] = logits[i];
            }
            tally.add(ClassScore.of(exact, known.index()));
        } else if (label instanceof Label.OfNumber number) {
            tally.addSquaredError(logits[0], number.value());
        }
    }

    private Label read(Object cell) {
        if (cell == null || cell instanceof String text && text.isBlank()) {
            return new Label.Unusable(LabelFault.NULL, "");
        }
        if (loss == LossFunction.CROSS_ENTROPY) {
            return cell instanceof Number number ? names.of(number.doubleValue()) : names.of(cell.toString());
        }
        double value = cell instanceof Number number ? number.doubleValue() : parsed(cell.toString());
        return Double.isFinite(value)
                ? new Label.OfNumber(value)
                : new Label.Unusable(LabelFault.UNKNOWN, cell.toString());
    }

    private static double parsed(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
