package io.vitrine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.job.plan.Inspection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inspect}: describes a checkpoint. */
@Command(
        name = "inspect",
        customSynopsis = "jobs/inspect --model MODEL [OPTIONS]",
        description =
                "Describes a checkpoint: family, sizes, tokens, preprocessing, whether its pooler is trained, and the size of"
                        + " each column.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions model;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        CheckpointFetcher.Local local = model.fetch();
        Inspection inspection = Inspection.of(local.location(), model.plan(local));
        new StandardOutput(command).print(json ? json(inspection) : inspection.toString());
        return ExitCode.SUCCESS.status();
    }

    private static String json(Inspection inspection) throws JsonProcessingException {
        return new ObjectMapper()
                        .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(inspection)
                + "\n";
    }
}
