package io.vitrine.dev.bench;

import java.io.PrintWriter;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures single steps of a task with JMH, each in its own process, and prints a table. */
public final class Micro {
    private Micro() {}

    /** Measures all steps. */
    public static void run(PrintWriter out) throws RunnerException {
        out.println("| step | microseconds | error |");
        out.println("|---|---|---|");
        out.flush();
        OptionsBuilder options = new OptionsBuilder();
        options.include(Micro.class.getPackageName().replace(".", "\\.") + "\\.(MicroBenchmarks|RowBenchmark)\\..*")
                .verbosity(VerboseMode.SILENT);
        for (RunResult result : new Runner(options.build()).run()) {
            String name = result.getPrimaryResult().getLabel();
            String feature = result.getParams().getParamsKeys().contains("feature")
                    ? " of a " + result.getParams().getParam("feature").toLowerCase(Locale.ROOT)
                    : "";
            out.printf(
                    Locale.ROOT,
                    "| %s%s | %.1f | %.1f |%n",
                    name,
                    feature,
                    result.getPrimaryResult().getScore(),
                    result.getPrimaryResult().getScoreError());
            out.flush();
        }
    }
}
