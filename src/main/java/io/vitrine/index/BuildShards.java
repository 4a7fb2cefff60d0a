package io.vitrine.index;

import io.vitrine.catalog.StorageErrors;
import io.vitrine.index.IndexManifest.Structure;
import io.vitrine.vectors.StorageFolder;
import io.vitrine.vectors.TaskFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * A task: builds one shard from its vectors, which come sorted by path. Everything is made on this host's disk, and copied to the
 * index under a name that no other attempt has.
 */
final class BuildShards implements FlatMapFunction<Iterator<Tuple2<ShardKey, float[]>>, BuildShards.Built> {
    private static final long serialVersionUID = 1;

    /** A shard that was built, without its content. */
    record Built(int number, String name, long vectors, long bytes) implements Serializable {}

    private final String index;
    private final String build;
    private final int dimension;
    private final Metric metric;
    private final Structure structure;
    private final GraphSettings settings;
    private final Broadcast<SerializableConfiguration> configuration;

    BuildShards(
            IndexRequest request,
            String build,
            int dimension,
            Structure structure,
            Broadcast<SerializableConfiguration> configuration) {
        this.index = request.output();
        this.build = build;
        this.dimension = dimension;
        this.metric = request.metric();
        this.structure = structure;
        this.settings = request.graph();
        this.configuration = configuration;
    }

    @Override
    public Iterator<Built> call(Iterator<Tuple2<ShardKey, float[]>> vectors) throws IOException {
        if (!vectors.hasNext()) {
            return List.<Built>of().iterator();
        }
        try (TaskFolder local = TaskFolder.create()) {
            return List.of(build(vectors, local)).iterator();
        }
    }

    private Built build(Iterator<Tuple2<ShardKey, float[]>> vectors, TaskFolder local) throws IOException {
        Path flat = local.file("flat");
        Path paths = local.file("paths");
        Tuple2<ShardKey, float[]> first = vectors.next();
        long count = spool(first, vectors, flat, paths);
        Path file = flat;
        if (structure == Structure.GRAPH) {
            file = local.file("graph");
            local.requireFree(
                    count * (dimension + settings.degree() + 1) * Float.BYTES,
                    "The graph of a shard of " + count + " vectors");
            GraphFile.write(file, new MappedVectors(flat, dimension), metric, settings, threads());
        }
        String name = build + "-" + first._1().shard() + "-" + TaskContext.get().taskAttemptId();
        StorageFolder shards = new IndexFolder(index, configuration.value().value()).shards();
        upload(shards, file, IndexFolder.vectorsFile(name, structure));
        upload(shards, paths, IndexFolder.pathsFile(name));
        return new Built(first._1().shard(), name, count, Files.size(file) + Files.size(paths));
    }

    /** A task may use as many threads as Spark counts cores for it. */
    private static int threads() {
        return Math.max(1, TaskContext.get().cpus());
    }

    private long spool(Tuple2<ShardKey, float[]> first, Iterator<Tuple2<ShardKey, float[]>> rest, Path flat, Path paths)
            throws IOException {
        ByteBuffer row = ByteBuffer.allocate(dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long count = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(flat), 1 << 20);
                PathTable.Writer table = new PathTable.Writer(paths)) {
            for (Tuple2<ShardKey, float[]> next = first; next != null; next = rest.hasNext() ? rest.next() : null) {
                table.add(next._1().path());
                row.asFloatBuffer().put(next._2());
                out.write(row.array());
                count++;
            }
        }
        return count;
    }

    private static void upload(StorageFolder shards, Path file, String name) {
        try {
            shards.upload(file, name);
        } catch (IOException e) {
            throw StorageErrors.of("write", shards.path(name), e);
        }
    }
}
