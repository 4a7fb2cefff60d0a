package io.vitrine.job.task;

import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.rows.WorkItem;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * The Spark stages from images to rows. Fused, one stage does everything. Staged, a first stage fetches, decodes and
 * preprocesses; each partition's pixels are exchanged whole and in order; a second stage infers. Batches and rows are the same.
 */
public final class ExtractStages {
    private ExtractStages() {}

    /**
     * The rows of {@code items}.
     *
     * @param profile of the stage that infers
     */
    public static JavaRDD<Row> rows(
            JavaRDD<WorkItem> items,
            DecodePartition decode,
            InferPartition infer,
            GpuOptions.Stages stages,
            Optional<ResourceProfile> profile) {
        JavaRDD<Row> rows =
                switch (stages) {
                    case FUSED -> fused(items, decode, infer);
                    case STAGED -> staged(items, decode, infer);
                };
        return profile.map(rows::withResources).orElse(rows);
    }

    private static JavaRDD<Row> fused(JavaRDD<WorkItem> items, DecodePartition decode, InferPartition infer) {
        return items.mapPartitions(
                partition -> partition.hasNext() ? rows(partition, decode, infer) : Collections.emptyIterator());
    }

    /** The rows of the running task's items. What the task holds is freed when it ends. */
    public static Iterator<Row> rows(Iterator<WorkItem> items, DecodePartition decode, InferPartition infer) {
        return infer.infer(() -> decode.open(items), decode.hadoop());
    }

    private static JavaRDD<Row> staged(JavaRDD<WorkItem> items, DecodePartition decode, InferPartition infer) {
        return items.mapPartitionsWithIndex((partition, images) -> keyed(partition, decode, images), true)
                .mapToPair(keyed -> keyed)
                .partitionBy(new HashPartitioner(items.getNumPartitions()))
                .mapPartitions(images -> images.hasNext()
                        ? infer.infer(() -> batches(map(images, Tuple2::_2)), decode.hadoop())
                        : Collections.emptyIterator());
    }

    private static BatchSource.Opener batches(Iterator<DecodedImage> images) {
        return runner -> new DecodedBatches(images, runner.batch());
    }

    private static Iterator<Tuple2<Integer, DecodedImage>> keyed(
            int partition, DecodePartition decode, Iterator<WorkItem> items) {
        return items.hasNext()
                ? map(decode.decode(items), image -> new Tuple2<>(partition, image.copy()))
                : Collections.emptyIterator();
    }

    private static <A, B> Iterator<B> map(Iterator<A> source, Function<A, B> function) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return source.hasNext();
            }

            @Override
            public B next() {
                return function.apply(source.next());
            }
        };
    }
}
