package io.vitrine.dev;

import io.vitrine.dev.bench.Benchmark;
import io.vitrine.dev.bench.DuplicatesBenchmark;
import io.vitrine.dev.bench.Effort;
import io.vitrine.dev.bench.GpuBenchmark;
import io.vitrine.dev.bench.HugeModel;
import io.vitrine.dev.bench.Micro;
import io.vitrine.dev.bench.SearchBenchmark;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code benchmark}: measures the job and its parts. */
@Command(
        name = "benchmark",
        description = {
            "Measures the whole job against the bare engine and against preprocessing alone, in turn, within one process:"
                    + " a random ViT-Base/16, 640x480 JPEGs, its own S3 store. Prints a table, and the job's peak memory"
                    + " for 2,000 and for 20,000 images.",
            "The machine should do nothing else."
        },
        mixinStandardHelpOptions = true)
public final class BenchmarkCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(names = "--root", required = true, hidden = true, description = "The project's folder.")
    private Path root;

    @Option(
            names = "--quick",
            description = "One round with fewer images and jobs: about a quarter of an hour on two cores.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "Repeat everything N times; the table has the medians.")
    private Integer rounds;

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            description =
                    "Only jobs whose names in the table contain this text, without cold starts and peak memory. May be"
                            + " repeated.")
    private List<String> only = List.of();

    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            description = "A checkpoint folder of any family, with a pooler, in place of the random ViT-Base/16.")
    private Path model;

    @Option(
            names = "--huge",
            description = "Instead: load time and memory of a random ViT-Huge/14 (writes 2.5 GB under target/).")
    private boolean huge;

    @Option(
            names = "--micro",
            description =
                    "Instead: single steps of a task, by JMH (decode, resize, pack into a batch, write Parquet rows).")
    private boolean micro;

    @Option(
            names = "--gpu",
            description = {
                "Instead: the first GPU, with local files (writes 5 GB under target/): the engine by precision and batch size, decoding"
                        + " alone and beside the engine, jobs that decode on the GPU and on the CPU, and a Python script with"
                        + " transformers, if python3 or $VITRINE_PYTHON has them with CUDA."
            })
    private boolean gpu;

    @Option(
            names = "--search",
            paramLabel = "N",
            description =
                    "Instead: recall, build and query times of indexes of N vectors of 768 dimensions, beside Lucene's"
                            + " HNSW and hnswlib-core (writes 9 KB a vector under target/).")
    private Integer search;

    @Option(
            names = "--duplicates",
            paramLabel = "N",
            description =
                    "Instead: time and recall of searches for duplicates among N vectors of 768 dimensions (writes 4 KB a"
                            + " vector under target/, and twice as much for Spark).")
    private Integer duplicates;

    @Option(
            names = "--vector-sets",
            paramLabel = "SET",
            split = ",",
            defaultValue = "manifold,uniform",
            description = "The vectors of --search and --duplicates: manifold, uniform. Default: both.")
    private List<String> sets = List.of();

    @Override
    public Integer call() throws Exception {
        long others = Stream.of(huge, micro, gpu, search != null, duplicates != null)
                .filter(given -> given)
                .count();
        if (others > 1 || (others == 1 && (quick || rounds != null || model != null || !only.isEmpty()))) {
            throw new ParameterException(
                    command.commandLine(),
                    "--huge, --micro, --gpu, --search and --duplicates are benchmarks of their own: give one of them, and neither --quick, --rounds,"
                            + " --model nor --only.");
        }
        if (search != null) {
            new SearchBenchmark(
                            root.resolve("target"), 100, command.commandLine().getOut())
                    .run(search, sets, List.of("")); // the name of every engine
            return 0;
        }
        if (duplicates != null) {
            new DuplicatesBenchmark(
                            root.resolve("target"), command.commandLine().getOut())
                    .run(duplicates, sets);
            return 0;
        }
        if (gpu) {
            new GpuBenchmark(root, command.commandLine().getOut()).run();
            return 0;
        }
        if (micro) {
            Micro.run(command.commandLine().getOut());
            return 0;
        }
        if (huge) {
            new HugeModel(root, command.commandLine().getOut()).run();
            return 0;
        }
        Effort effort = quick ? Effort.QUICK : Effort.FULL;
        if (rounds != null && rounds < 1) {
            throw new ParameterException(command.commandLine(), "--rounds must be at least 1");
        }
        if (rounds != null) {
            effort = effort.withRounds(rounds);
        }
        new Benchmark(
                        root,
                        effort.withOnly(only),
                        Optional.ofNullable(model),
                        command.commandLine().getOut())
                .run();
        return 0;
    }
}
