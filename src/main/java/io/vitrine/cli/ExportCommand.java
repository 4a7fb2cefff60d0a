package io.vitrine.cli;

import io.vitrine.export.Export;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.ModelOutputs;
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

/** {@code export}. */
@Command(
        name = "export",
        customSynopsis = "jobs/export --model MODEL --to DIR [OPTIONS]",
        description = {
            "Writes a self-contained model for other tools: ONNX Runtime in any language, PyTorch, DJL and its Spark"
                    + " extension.",
            "Its batch is free, its image size fixed. ONNX uses opset 17 and ONNX Runtime's own operators"
                    + " (com.microsoft)."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    private static final List<String> USUAL = List.of("last_hidden_state", "pooler_output", "logits");

    /** What goes in. */
    enum Input {
        pixel_values,
        uint8
    }

    /** Where an ONNX file's weights are. */
    enum Place {
        beside,
        inside
    }

    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions model;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "A folder that is new or empty.")
    private Path folder;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "onnx", description = "onnx or torchscript.")
    private Export.Format format;

    @Option(
            names = "--input",
            paramLabel = "FORM",
            defaultValue = "pixel_values",
            description =
                    "pixel_values: float32 (batch, 3, height, width), as the reference's image processors leave them;"
                            + " uint8: (batch, height, width, 3), resized pixels, normalised inside.")
    private Input input;

    @Option(
            names = "--weights",
            paramLabel = "PLACE",
            defaultValue = "beside",
            description =
                    "Of an ONNX file: beside it, as a copy of the checkpoint's own file, or inside (up to 2 GiB).")
    private Place weights;

    @Option(
            names = "--outputs",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Default: last_hidden_state, and pooler_output and logits where the checkpoint has them. Also cls,"
                            + " mean, hidden_states.N, attentions.N.")
    private List<String> outputs = List.of();

    @Option(
            names = "--head-mask",
            paramLabel = "JSON|FILE",
            description = "What each attention head's weights are multiplied with.")
    private String headMask;

    @Override
    public Integer call() {
        CheckpointFetcher.Local local = model.fetch();
        ModelPlan plan = model.plan(local);
        Export.Options options = new Export.Options(
                format,
                input == Input.uint8 ? PixelInput.UINT8 : PixelInput.PIXEL_VALUES,
                outputs.isEmpty() ? usual(plan) : outputs,
                headMask == null
                        ? HeadMask.NONE
                        : HeadMaskParser.parse(headMask, plan.checkpoint().config()),
                weights == Place.inside);
        Export.write(plan, model.isResized(), options, folder);
        command.commandLine()
                .getOut()
                .println(folder.resolve(format.file()) + ": " + String.join(", ", options.outputs()));
        command.commandLine().getOut().flush();
        return ExitCode.SUCCESS.status();
    }

    private static List<String> usual(ModelPlan plan) {
        Set<String> there = ModelOutputs.brief(plan.checkpoint());
        return USUAL.stream().filter(there::contains).toList();
    }
}
