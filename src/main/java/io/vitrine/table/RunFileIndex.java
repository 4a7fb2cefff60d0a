package io.vitrine.table;

import io.vitrine.catalog.StorageErrors;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.FileStatusCache;
import org.apache.spark.sql.execution.datasources.InMemoryFileIndex;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;

/** The files of selected runs of an output, partitioned by {@link FeatureTable#RUN}. Refreshing it selects the runs again. */
final class RunFileIndex implements FileIndex {
    private static final StructType PARTITIONS = new StructType().add(FeatureTable.RUN, DataTypes.StringType);

    private final SparkSession spark;
    private final RunFolders folders;
    private final Supplier<List<String>> selection;
    private final Map<String, String> options;
    private volatile InMemoryFileIndex files;

    /** @param options of the reader; {@code basePath} is the output */
    RunFileIndex(SparkSession spark, RunFolders folders, Supplier<List<String>> selection, Map<String, String> options)
            throws IOException {
        this.spark = spark;
        this.folders = folders;
        this.selection = selection;
        this.options = options;
        this.files = list();
    }

    private InMemoryFileIndex list() throws IOException {
        Set<String> selected = Set.copyOf(selection.get());
        List<Path> places = folders.runs().stream()
                .filter(selected::contains) // a run with nothing to do has a record and no folder
                .map(folders::published)
                .toList();
        return new InMemoryFileIndex(
                spark,
                JavaConverters.asScalaBuffer(places).toList(),
                options,
                Option.apply(PARTITIONS),
                FileStatusCache.getOrCreate(spark),
                Option.empty(),
                Option.empty());
    }

    /** All files. */
    Seq<FileStatus> all() {
        return files.allFiles().toList();
    }

    @Override
    public Seq<Path> rootPaths() {
        return files.rootPaths().toList();
    }

    /** Called by Spark 3.5, whose lists need not be immutable; Spark 4 calls the other. */
    @SuppressWarnings("MissingOverride") // of either
    public Seq<PartitionDirectory> listFiles(
            scala.collection.Seq<Expression> partitionFilters, scala.collection.Seq<Expression> dataFilters) {
        return listFiles(partitionFilters.toList(), dataFilters.toList());
    }

    @SuppressWarnings("MissingOverride")
    public Seq<PartitionDirectory> listFiles(Seq<Expression> partitionFilters, Seq<Expression> dataFilters) {
        return files.rootPaths().isEmpty()
                ? JavaConverters.asScalaBuffer(List.<PartitionDirectory>of()).toList()
                : files.listFiles(partitionFilters, dataFilters).toList();
    }

    @Override
    public String[] inputFiles() {
        return files.inputFiles();
    }

    @Override
    public void refresh() {
        try {
            files = list();
        } catch (IOException e) {
            throw StorageErrors.of("list the output", folders.output(), e);
        }
    }

    @Override
    public long sizeInBytes() {
        return files.sizeInBytes();
    }

    @Override
    public StructType partitionSchema() {
        return PARTITIONS;
    }

    @Override
    public String toString() {
        return "RunFileIndex(" + folders.output() + ")";
    }
}
