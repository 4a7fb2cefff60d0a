package io.vitrine.job.plan;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.spark.SparkFailures;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * The images of an input that a run has to do: those that earlier runs on the output have not done.
 *
 * @param all the input's images
 * @param previous what earlier runs wrote; empty for a new output
 * @param toDo the images to do
 * @param counts how many images are to do, and how many stay as they are
 */
public record PendingImages(
        ImageCatalog all, Optional<PreviousResults> previous, ImageCatalog toDo, ImageCounts counts) {
    /** How many images are to do. */
    public long toDoCount() {
        return counts.toDo();
    }

    /**
     * Compares the input with the output.
     *
     * @param images the input's images
     * @throws ConfigurationException if the input has none
     */
    public static PendingImages of(SparkSession spark, ExtractPlan plan, ImageCatalog images) {
        InputRequest input = plan.request().input();
        long total = SparkFailures.explain("read the input", input.description(), images::count);
        if (total == 0) {
            throw new ConfigurationException(noImages(input) + leftOut(images));
        }
        return SparkFailures.explain(
                "read the output", plan.output().location(), () -> compare(spark, plan, images, total));
    }

    private static PendingImages compare(SparkSession spark, ExtractPlan plan, ImageCatalog images, long total) {
        Optional<PreviousResults> previous =
                previous(plan.output(), plan.request().images().decoding().heic());
        RerunPolicy.Redo redo = plan.request().rerun().redo();
        if (previous.isEmpty() || redo == RerunPolicy.Redo.ALL) {
            return new PendingImages(images, previous, found(plan, images), ImageCounts.allToDo(total));
        }
        RemainingImages remaining = images.remaining(previous.get(), redo, spark);
        return new PendingImages(images, previous, found(plan, remaining.toDo()), remaining.counts());
    }

    /** Archives of which a list names members are read for those to do only. */
    private static ImageCatalog found(ExtractPlan plan, ImageCatalog toDo) {
        return toDo instanceof ImageTable table && table.unfound() > 0
                ? ListedMembers.find(table, plan.archives(), plan.execution().slots())
                : toDo;
    }

    private static Optional<PreviousResults> previous(OutputFolder output, HeicDecoding heic) {
        List<String> runs = output.finishedRuns();
        return runs.isEmpty()
                ? Optional.empty()
                : Optional.of(PreviousResults.of(output.table().rows(runs, FeatureSchema.IMAGE), heic));
    }

    private static String leftOut(ImageCatalog images) {
        return images.omissions().toList().stream()
                .map(omission -> " Left out: " + omission.describe() + ".")
                .collect(Collectors.joining());
    }

    private static String noImages(InputRequest input) {
        String places = input.description();
        return input instanceof InputRequest.Folders folders
                ? "No images in " + places + ". Check the path and --include ("
                        + folders.rules().include() + ")."
                : "No images in " + places + ". Check the "
                        + (input instanceof InputRequest.PathList ? "list." : "table.");
    }
}
