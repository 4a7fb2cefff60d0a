package io.vitrine.cli;

import io.vitrine.vectors.ResultFolder.Existing;
import io.vitrine.vectors.VectorFormat;
import io.vitrine.vectors.VectorsExport;
import io.vitrine.vectors.VectorsRequest;
import io.vitrine.vectors.VectorsRequest.ElementType;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vectors}: the current vectors of an output as files for other programs. */
@Command(
        name = "vectors",
        customSynopsis = "jobs/vectors --features OUTPUT --column NAME --to FORMAT --output DIR",
        description = {
            "Writes the current vectors of an output as files for other programs, sorted by path.",
            "DIR/vectors.json says what was written; it appears last."
        },
        mixinStandardHelpOptions = true)
@Section("Files")
final class VectorsCommand implements Callable<Integer> {
    /** The type of an element. */
    enum Dtype {
        float32,
        float16
    }

    @Spec
    private CommandSpec command;

    @Mixin
    private FeaturesOptions features;

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            required = true,
            description =
                    "npy: NumPy arrays DIR/vectors/*.npy, with their paths in DIR/paths/*.parquet; fvecs: the same"
                            + " with .fvecs files; parquet-fixed: Parquet with path and vector, which Arrow reads as a list of"
                            + " fixed size; lance-ready: the same for Lance's connector for Spark.")
    private String format;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "A folder for the files, which does not exist.")
    private String output;

    @Option(
            names = "--overwrite",
            description =
                    "Replace the files of an earlier export in DIR. A folder that holds anything else is refused.")
    private boolean overwrite;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "float32",
            description = "The type of npy elements: float32 or float16.")
    private Dtype dtype;

    @Option(
            names = "--vectors-per-file",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Put about N vectors into a file. A task needs its file's size on the local disk.")
    private int vectorsPerFile;

    @Override
    public Integer call() {
        VectorsRequest request = new VectorsRequest(
                features.features(),
                features.column(),
                VectorFormat.of(format),
                dtype == Dtype.float16 ? ElementType.FLOAT16 : ElementType.FLOAT32,
                vectorsPerFile,
                output,
                overwrite ? Existing.OVERWRITE : Existing.REFUSE);
        return new ReadingSession(command).run(spark -> export(spark, request));
    }

    private ExitCode export(SparkSession spark, VectorsRequest request) {
        StandardOutput out = new StandardOutput(command);
        VectorsExport.Exported exported = new VectorsExport(spark, request).run(out::println);
        out.println(String.format(
                Locale.ROOT,
                "%s: %,d vectors, %,d bytes in %,d files",
                output,
                exported.vectors(),
                exported.bytes(),
                exported.files().size()));
        return ExitCode.SUCCESS;
    }
}
