package io.vitrine.vectors;

import io.vitrine.catalog.StorageErrors;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A task: writes the vectors of its partition to one file, on this host first. Each attempt of each export has a name of its own, so
 * that they can't disturb each other.
 */
final class WriteVectorFiles implements FlatMapFunction<Iterator<PathVector>, WriteVectorFiles.Written> {
    private static final long serialVersionUID = 1;

    static final String VECTORS = "vectors";
    static final String PATHS = "paths";

    /**
     * A file that an attempt wrote.
     *
     * @param name without suffix; files of paths and of vectors share it
     * @param vectors in it
     * @param bytes of all its files
     */
    record Written(String name, long vectors, long bytes) implements Serializable {}

    private final VectorFormat format;
    private final VectorsRequest.ElementType element;
    private final int dimension;
    private final String folder;
    private final String export;
    private final Broadcast<SerializableConfiguration> configuration;

    /** @param export a part of the files' names, which no other export has */
    WriteVectorFiles(
            VectorsRequest request,
            int dimension,
            String folder,
            String export,
            Broadcast<SerializableConfiguration> configuration) {
        this.format = request.format();
        this.element = request.element();
        this.dimension = dimension;
        this.folder = folder;
        this.export = export;
        this.configuration = configuration;
    }

    @Override
    public Iterator<Written> call(Iterator<PathVector> rows) throws IOException {
        if (!rows.hasNext()) {
            return List.<Written>of().iterator();
        }
        TaskContext task = TaskContext.get();
        String name = String.format(Locale.ROOT, "part-%05d-%s-%d", task.partitionId(), export, task.taskAttemptId());
        try (TaskFolder local = TaskFolder.create()) {
            return List.of(write(rows, name, local)).iterator();
        }
    }

    private Written write(Iterator<PathVector> rows, String name, TaskFolder local) throws IOException {
        Path vectors = local.file(VECTORS);
        Path paths = local.file(PATHS);
        Configuration hadoop = configuration.value().value();
        long count = 0;
        List<VectorSink> sinks = new ArrayList<>();
        try {
            sinks.add(vectorSink(vectors, hadoop));
            if (format.hasPathFiles()) {
                sinks.add(new ParquetSink(paths, ParquetSink.Content.PATHS, Map.of(), hadoop));
            }
            while (rows.hasNext()) {
                PathVector row = rows.next();
                for (VectorSink sink : sinks) {
                    sink.append(row.path(), row.vector());
                }
                count++;
            }
        } finally {
            for (VectorSink sink : sinks) {
                sink.close();
            }
        }
        long bytes = Files.size(vectors);
        upload(vectors, VECTORS, name + "." + format.suffix(), hadoop);
        if (format.hasPathFiles()) {
            bytes += Files.size(paths);
            upload(paths, PATHS, name + ".parquet", hadoop);
        }
        return new Written(name, count, bytes);
    }

    private VectorSink vectorSink(Path file, Configuration hadoop) throws IOException {
        return switch (format) {
            case NPY -> new NpySink(file, dimension, element);
            case FVECS -> new FvecsSink(file, dimension);
            case PARQUET_FIXED, LANCE_READY ->
                new ParquetSink(
                        file, ParquetSink.Content.PATHS_AND_VECTORS, ParquetSchemas.of(format, dimension), hadoop);
        };
    }

    private void upload(Path file, String part, String name, Configuration hadoop) {
        StorageFolder target = new StorageFolder(folder, hadoop).folder(part);
        try {
            target.upload(file, name);
        } catch (IOException e) {
            throw StorageErrors.of("write", target.path(name), e);
        }
    }
}
