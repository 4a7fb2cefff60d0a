package io.vitrine.vectors;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vitrine.ConfigurationException;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.vectors.WriteVectorFiles.Written;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes the current vectors of an output for other programs, sorted by path. {@code FOLDER/vectors.json} says what was written; it
 * appears last. Where the file system renames folders in one step, the whole folder does.
 */
public final class VectorsExport {
    /** The name of the file that says what was written. */
    public static final String MANIFEST = "vectors.json";

    private static final Set<String> OURS = Set.of(WriteVectorFiles.VECTORS, WriteVectorFiles.PATHS);

    /**
     * What was written.
     *
     * @param source the vectors and how they were made
     * @param newestRun the newest run that was read
     * @param format of the files
     * @param dtype of the elements
     * @param vectors in all files
     * @param bytes of all files
     * @param files in the order of the paths: {@code vectors/NAME.SUFFIX} and, for formats without paths, {@code paths/NAME.parquet}
     */
    public record Exported(
            VectorSource source,
            String newestRun,
            String format,
            String dtype,
            long vectors,
            long bytes,
            List<ExportedFile> files) {}

    /** One file of vectors. */
    public record ExportedFile(String name, long vectors, long bytes) {}

    private final SparkSession spark;
    private final VectorsRequest request;
    private final ResultFolder target;
    private final String id = UUID.randomUUID().toString().substring(0, 8);

    public VectorsExport(SparkSession spark, VectorsRequest request) {
        this.spark = spark;
        this.request = request;
        this.target = new ResultFolder(
                request.folder(),
                spark.sessionState().newHadoopConf(),
                request.existing(),
                "an export of vectors",
                MANIFEST,
                OURS::contains);
    }

    /**
     * Writes the files.
     *
     * @param plan is told in a line what will be written, before it is
     * @throws ConfigurationException if the folder exists, or there are no vectors
     */
    public Exported run(Consumer<String> plan) {
        target.requireFree();
        CurrentVectors vectors = CurrentVectors.open(spark, request.features(), request.column());
        try (JobLabel label = JobLabel.describe(spark, "vitrine vectors: " + request.folder())) {
            return SparkFailures.explain("write vectors to", request.folder(), () -> run(vectors, plan));
        }
    }

    private Exported run(CurrentVectors vectors, Consumer<String> plan) {
        long count = vectors.rows().select(CurrentVectors.PATH).count();
        if (count == 0) {
            throw new ConfigurationException("The output " + request.features() + " has no current row with vectors "
                    + request.column() + ": every image failed or was deleted. See the status column.");
        }
        int parts = (int) ((count + request.vectorsPerFile() - 1) / request.vectorsPerFile());
        plan.accept(describe(vectors.source(), count, parts));
        return target.write(
                folder -> {
                    List<Written> written = write(vectors, parts, folder);
                    removeOtherAttempts(folder, written);
                    return exported(vectors, written);
                },
                VectorsExport::json);
    }

    private String describe(VectorSource source, long count, int parts) {
        int bytes = request.element() == VectorsRequest.ElementType.FLOAT16 ? Short.BYTES : Float.BYTES;
        return String.format(
                Locale.ROOT,
                "%,d vectors %s of %d dimensions, %,d MB as %s in about %,d files",
                count,
                source.column(),
                source.dimension(),
                count * source.dimension() * bytes / 1_000_000,
                request.format(),
                parts);
    }

    private List<Written> write(CurrentVectors vectors, int parts, StorageFolder folder) {
        Configuration hadoop = spark.sessionState().newHadoopConf();
        Dataset<Row> sorted = vectors.rows()
                .repartitionByRange(parts, col(CurrentVectors.PATH))
                .sortWithinPartitions(CurrentVectors.PATH);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return VectorRows.of(sorted)
                .mapPartitions(new WriteVectorFiles(
                        request,
                        vectors.source().dimension(),
                        folder.location(),
                        id,
                        context.broadcast(new SerializableConfiguration(hadoop))))
                .collect()
                .stream()
                .sorted(Comparator.comparing(Written::name))
                .toList();
    }

    /** Removes the files of attempts that another attempt of their task was faster than. */
    private void removeOtherAttempts(StorageFolder folder, List<Written> written) {
        Set<String> names = new HashSet<>();
        written.forEach(file -> names.add(file.name()));
        for (String part : List.of(WriteVectorFiles.VECTORS, WriteVectorFiles.PATHS)) {
            StorageFolder files = folder.folder(part);
            files.names().stream()
                    .filter(name -> name.contains(id) && !names.contains(name.replaceFirst("\\..*", "")))
                    .forEach(files::delete);
        }
    }

    private Exported exported(CurrentVectors vectors, List<Written> written) {
        return new Exported(
                vectors.source(),
                vectors.runs().get(vectors.runs().size() - 1),
                request.format().toString(),
                request.element().name().toLowerCase(Locale.ROOT),
                written.stream().mapToLong(Written::vectors).sum(),
                written.stream().mapToLong(Written::bytes).sum(),
                written.stream()
                        .map(file -> new ExportedFile(file.name(), file.vectors(), file.bytes()))
                        .toList());
    }

    private static String json(Exported exported) {
        try {
            return new ObjectMapper()
                            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .writeValueAsString(exported)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // records of texts and numbers
        }
    }
}
