package io.vitrine.job.plan;

import io.vitrine.catalog.TaskSizes;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.inference.MemoryFootprint;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputIdentity;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.LabelColumn;
import io.vitrine.job.task.DecodeDevice;
import io.vitrine.job.task.ModelDevice;
import io.vitrine.job.task.ModelSpec;
import io.vitrine.model.ModelPlan;
import java.util.List;
import java.util.Optional;
import org.apache.spark.resource.ResourceProfile;

/**
 * What a run will do. It was checked that the columns exist, that the input is there, and that the output takes such features.
 *
 * @param labels the column of labels that the model's answers are compared with
 * @param images all images of the input
 * @param archives what planning holds on the executors; who executes the plan closes it
 * @param identity how the features are made; every run on the output must have the same
 * @param notes what the user should know
 */
public record ExtractPlan(
        ExtractRequest request,
        PlannedModel model,
        FeatureSchema schema,
        Optional<LabelColumn> labels,
        ImageCatalog images,
        ReadArchives archives,
        OutputFolder output,
        OutputIdentity identity,
        PlannedExecution execution,
        List<String> notes) {

    /**
     * The model.
     *
     * @param plan the checkpoint and its preprocessing
     * @param spec what executors load
     * @param footprint its memory
     * @param recipe how files become its input
     * @param preprocessing everything that happens to an image before the model, as text
     */
    public record PlannedModel(
            ModelPlan plan, ModelSpec spec, MemoryFootprint footprint, DecodeRecipe recipe, String preprocessing) {}

    /**
     * How the cluster runs it.
     *
     * @param slots tasks that run at the same time
     * @param batchSize images per model call
     * @param profile of the stage that runs the model
     * @param decoding what decodes JPEGs
     * @param isolation where a task's first attempt decodes what the CPU decodes
     */
    public record PlannedExecution(
            int slots,
            int batchSize,
            ModelDevice device,
            Optional<ResourceProfile> profile,
            DecodeDevice decoding,
            DecodeIsolation isolation) {}

    /** The number of images of each task, for a run or commit of {@code images} images. */
    public List<Integer> taskSizes(long images) {
        return request.tasks().partitions().isPresent()
                ? TaskSizes.equal(
                        images, (int) Math.min(request.tasks().partitions().getAsInt(), images))
                : TaskSizes.shrinking(images, execution.slots, execution.batchSize);
    }
}
