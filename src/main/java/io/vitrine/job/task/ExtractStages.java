package io.vitrine.job.task;

import io.vitrine.job.rows.WorkItem;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * From images to rows. Fused, one stage does all. Staged, a first stage fetches, decodes and preprocesses, the pixels are
 * exchanged, each slice as a whole and in order, and a second stage infers, so that the batches and rows are the same.
 */
public final class ExtractStages {
    private ExtractStages() {}

    /**
     * @param profile of the stage that infers
     */
    public static JavaRDD<Row> rows(
            JavaRDD<WorkItem> slices,
            DecodePartition prepare,
            InferPartition infer,
            boolean staged,
            Optional<ResourceProfile> profile) {
        JavaRDD<Row> rows = staged
                ? staged(slices, prepare, infer)
                : slices.mapPartitions(items -> items.hasNext()
                        ? infer.infer(() -> prepare.prepare(items), prepare.hadoop())
                        : Collections.emptyIterator());
        return profile.map(rows::withResources).orElse(rows);
    }

    private static JavaRDD<Row> staged(JavaRDD<WorkItem> slices, DecodePartition prepare, InferPartition infer) {
        return slices.mapPartitionsWithIndex((slice, items) -> numbered(slice, prepare, items), true)
                .mapToPair(numbered -> numbered)
                .partitionBy(new HashPartitioner(slices.getNumPartitions()))
                .mapPartitions(images -> images.hasNext()
                        ? infer.infer(() -> values(images), prepare.hadoop())
                        : Collections.emptyIterator());
    }

    private static Iterator<Tuple2<Integer, DecodedImage>> numbered(
            int slice, DecodePartition prepare, Iterator<WorkItem> items) {
        if (!items.hasNext()) {
            return Collections.emptyIterator();
        }
        Iterator<DecodedImage> images = prepare.prepare(items);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return images.hasNext();
            }

            @Override
            public Tuple2<Integer, DecodedImage> next() {
                return new Tuple2<>(slice, images.next().kept());
            }
        };
    }

    private static Iterator<DecodedImage> values(Iterator<Tuple2<Integer, DecodedImage>> images) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return images.hasNext();
            }

            @Override
            public DecodedImage next() {
                return images.next()._2();
            }
        };
    }
}
