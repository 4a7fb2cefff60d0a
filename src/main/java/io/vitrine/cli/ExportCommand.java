package io.vitrine.cli;

import io.vitrine.export.Export;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.ModelOutputs;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.job.request.HeadMaskParser;
import io.vitrine.model.ModelPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code export}: a checkpoint as a model for other tools. */
@Command(
        name = "export",
        customSynopsis = "jobs/export --model MODEL --to DIR [OPTIONS]",
        description = {
            "Writes a model for other tools: ONNX Runtime in any language, PyTorch, DJL and its Spark extension.",
            "The batch size is free, the image size is fixed. ONNX uses opset 17 and operators of ONNX Runtime"
                    + " (com.microsoft)."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    private static final List<String> DEFAULT_OUTPUTS =
            List.of("last_hidden_state", "pooler_output", "image_embeds", "logits");

    /** The input of the model. */
    enum Input {
        pixel_values,
        uint8
    }

    /** Where the weights of an ONNX file are. */
    enum WeightsPlace {
        beside,
        inside
    }

    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions model;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "A new or empty folder for the model.")
    private Path folder;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "onnx",
            description = "The format: onnx or torchscript.")
    private Export.Format format;

    @Option(
            names = "--input",
            paramLabel = "FORM",
            defaultValue = "pixel_values",
            description =
                    "The model's input. pixel_values: float32 (batch, 3, height, width), as the reference's image processors"
                            + " make it. uint8: (batch, height, width, 3), resized pixels that the model normalises.")
    private Input input;

    @Option(
            names = "--weights",
            paramLabel = "PLACE",
            defaultValue = "beside",
            description =
                    "Where the weights of an ONNX file are: beside it, as a copy of the checkpoint's file, or inside it (up"
                            + " to 2 GiB).")
    private WeightsPlace weights;

    @Option(
            names = "--outputs",
            paramLabel = "NAME",
            split = ",",
            description =
                    "The model's outputs: last_hidden_state, pooler_output, image_embeds, logits, cls, mean, hidden_states.N"
                            + " and attentions.N. Default: those of the first four that the checkpoint has.")
    private List<String> outputs = List.of();

    @Option(
            names = "--head-mask",
            paramLabel = "JSON|FILE",
            description = "Factors for the weights of each attention head, as for jobs/extract.")
    private String headMask;

    @Override
    public Integer call() {
        CheckpointFetcher.Local local = model.fetch();
        ModelPlan plan = model.plan(local);
        Export.Options options = new Export.Options(
                format,
                input == Input.uint8 ? PixelInput.UINT8 : PixelInput.PIXEL_VALUES,
                outputs.isEmpty() ? defaultOutputs(plan) : outputs,
                headMask == null
                        ? HeadMask.NONE
                        : HeadMaskParser.parse(headMask, plan.checkpoint().config()),
                weights == WeightsPlace.inside ? OnnxModel.WeightStorage.EMBEDDED : OnnxModel.WeightStorage.EXTERNAL,
                model.isResized() ? Export.Preprocessor.PLAN : Export.Preprocessor.CHECKPOINT);
        Export.write(plan, options, folder);
        new StandardOutput(command)
                .println(folder.resolve(format.file()) + ": " + String.join(", ", options.outputs()));
        return ExitCode.SUCCESS.status();
    }

    private static List<String> defaultOutputs(ModelPlan plan) {
        Set<String> available = ModelOutputs.summaryOutputs(plan.checkpoint());
        return DEFAULT_OUTPUTS.stream().filter(available::contains).toList();
    }
}
