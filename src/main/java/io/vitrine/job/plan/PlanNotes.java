package io.vitrine.job.plan;

import io.vitrine.graph.OnnxModel;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.inference.ComputePlan;
import io.vitrine.job.gpu.GpuProbe;
import io.vitrine.job.gpu.GpuProfile;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.model.ModelPlan;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;

/** What a user should know of a plan, in words. */
final class PlanNotes {
    private final ExtractRequest request;
    private final SparkConf conf;

    PlanNotes(ExtractRequest request, SparkConf conf) {
        this.request = request;
        this.conf = conf;
    }

    /**
     * @param columns to write
     * @param gpu what was found of GPUs
     * @param isolation where a task's first attempt decodes
     */
    List<String> of(
            ModelPlan model,
            List<String> columns,
            ComputePlan compute,
            GpuProbe.Answer gpu,
            DecodeIsolation isolation) {
        List<String> notes = new ArrayList<>();
        if (isolation != request.tasks().isolation()) {
            notes.add("an earlier run on this output died, so images are decoded in a process of their own: if one of"
                    + " them kills its decoder, it becomes a row (--decode-isolation)");
        }
        if (request.features().columns().isEmpty() && !columns.contains("pooler_output")) {
            notes.add("this checkpoint has no pooler, so pooler_output is left out");
        }
        List<String> unread = OnnxModel.unusedTensors(model.checkpoint());
        if (!unread.isEmpty()) {
            notes.add(unread.size() + " tensors of the checkpoint are not read, such as " + unread.get(0)
                    + ": is its config.json the right one?");
        }
        notes.addAll(compute.notes());
        notes.addAll(GpuProfile.warnings(conf, request.gpus()));
        if (request.gpus().device() == GpuOptions.DeviceChoice.auto
                && request.gpus().perExecutor() > 0) {
            gpu.whyNoGpu().ifPresent(reason -> notes.add("NO GPU CAN BE USED, so the CPU runs the model: " + reason));
        }
        gpu.whyNoDecoder().ifPresent(reason -> notes.add("the GPU cannot decode, so the CPU does: " + reason));
        return notes;
    }
}
