package io.vitrine.compact;

import io.vitrine.OutputConflictException;
import io.vitrine.table.FeatureTable;
import java.io.IOException;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** A task: reads the footers of files. */
final class ReadFooters implements FlatMapFunction<Iterator<String>, SourceFacts> {
    private static final long serialVersionUID = 1;

    private static final String OURS = "vitrine.";
    private static final String SCHEMA = "org.apache.spark.sql.parquet.row.metadata";
    private static final int FILES_PER_TASK = 16;

    private final Broadcast<SerializableConfiguration> configuration;

    private ReadFooters(Broadcast<SerializableConfiguration> configuration) {
        this.configuration = configuration;
    }

    /**
     * Reads the footers of {@code files}.
     *
     * @param files as Spark names them
     */
    static SourceFacts of(SparkSession spark, List<String> files) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        int tasks = Math.max(1, files.size() / FILES_PER_TASK);
        ReadFooters read = new ReadFooters(context.broadcast(
                new SerializableConfiguration(spark.sessionState().newHadoopConf())));
        return context.parallelize(files, tasks).mapPartitions(read).fold(new SourceFacts(), SourceFacts::plus);
    }

    @Override
    public Iterator<SourceFacts> call(Iterator<String> files) throws IOException {
        SourceFacts facts = new SourceFacts();
        while (files.hasNext()) {
            add(new Path(URI.create(files.next())), facts);
        }
        return List.of(facts).iterator();
    }

    private void add(Path file, SourceFacts facts) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(
                HadoopInputFile.fromPath(file, configuration.value().value()))) {
            ParquetMetadata footer = reader.getFooter();
            Map<String, String> all = footer.getFileMetaData().getKeyValueMetaData();
            String schema = all.get(SCHEMA);
            if (schema == null) {
                throw new OutputConflictException("The file " + file + " was not written by Spark, so its columns may"
                        + " have other types than the output's. Bring the run's own files back, or remove the run.");
            }
            Map<String, String> ours = new TreeMap<>(all);
            ours.keySet().removeIf(key -> !key.startsWith(OURS) || key.equals(MadeBy.RUN));
            facts.add(run(file), ours, schema, rows(footer), rowBytes(footer));
            footer.getBlocks().stream()
                    .flatMap(group -> group.getColumns().stream())
                    .forEach(column -> facts.addBytes(column.getPath().toArray()[0], column.getTotalSize()));
        }
    }

    private static String run(Path file) {
        String folder = file.getParent().getName();
        return folder.substring(folder.indexOf(FeatureTable.RUN) + FeatureTable.RUN.length() + 1);
    }

    private static long rows(ParquetMetadata footer) {
        return footer.getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
    }

    private static long rowBytes(ParquetMetadata footer) {
        return footer.getBlocks().stream()
                .mapToLong(ReadFooters::rowBytes)
                .max()
                .orElse(0);
    }

    private static long rowBytes(BlockMetaData group) {
        return group.getRowCount() == 0 ? 0 : group.getTotalByteSize() / group.getRowCount();
    }
}
