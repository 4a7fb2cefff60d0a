package io.vitrine.dev;

import io.vitrine.cli.ExitCode;
import io.vitrine.dev.bench.GpuPixels;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gpu-check}: compares pixels. {@code jobs/gpu-check} runs it between the reference vectors and the benchmark. */
@Command(
        name = "gpu-check",
        description = {
            "Decodes about 1,600 JPEGs on the first GPU and on the CPU, and compares every byte: all samplings, sizes 1 to 40 and"
                    + " larger ones, qualities, restart intervals, orientations, and a damaged copy of each.",
            "Without options, jobs/gpu-check then runs the reference vectors and the benchmark too, and writes everything to"
                    + " target/gpu-check.txt."
        },
        mixinStandardHelpOptions = true)
public final class GpuCheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @SuppressWarnings("unused") // the launcher gives it to every command of this jar
    @Option(names = "--root", required = true, hidden = true, description = "The project's folder.")
    private Path root;

    @Option(names = "--pixels", description = "Only compare these JPEGs.")
    private boolean pixels;

    @Override
    public Integer call() {
        if (!pixels) {
            throw new ParameterException(
                    command.commandLine(), "--pixels is missing. jobs/gpu-check without options runs all checks.");
        }
        boolean equal = new GpuPixels(command.commandLine().getOut()).run();
        return (equal ? ExitCode.SUCCESS : ExitCode.DIFFERENCES).status();
    }
}
