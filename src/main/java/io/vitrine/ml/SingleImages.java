package io.vitrine.ml;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.job.task.DecodePartition;
import io.vitrine.job.task.ExtractStages;
import io.vitrine.job.task.InferPartition;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataType;

/** Infers images one by one, through the job's own pipeline, which stays open for the task. Used by one thread. */
public final class SingleImages implements Serializable {
    private static final long serialVersionUID = 1;

    private final String features;
    private final DecodePartition decode;
    private final InferPartition infer;
    private transient TaskContext task; // whose pipeline it is
    private transient Deque<WorkItem> asked;
    private transient Iterator<Row> rows;

    /**
     * @param features tells which features of which model they are
     * @param infer in batches of one
     */
    SingleImages(String features, DecodePartition decode, InferPartition infer) {
        this.features = features;
        this.decode = decode;
        this.infer = infer;
    }

    /**
     * The first feature of an image in Spark's internal form; null if it has none.
     *
     * @throws ConfigurationException on the driver
     */
    Object feature(ImageRef image, DataType type) {
        open();
        asked.add(new WorkItem(image, new Object[] {null}));
        if (!rows.hasNext()) {
            throw new IllegalStateException("The pipeline gave no result for an image");
        }
        Object feature = rows.next().get(Embedding.FIRST_FEATURE);
        return feature instanceof float[] floats
                ? UnsafeArrayData.fromPrimitiveArray(floats)
                : CatalystTypeConverters.createToCatalystConverter(type).apply(feature);
    }

    private void open() {
        TaskContext current = TaskContext.get();
        if (current == null) {
            throw new ConfigurationException(
                    "vit_embed runs in Spark's tasks. Here Spark computes a query of few constants on the"
                            + " driver: read the images from a table or from files, or call vit_embed in the SELECT list,"
                            + " outside branches of CASE, IF and COALESCE.");
        }
        if (task != current) {
            task = current;
            asked = new ArrayDeque<>();
            rows = ExtractStages.rows(new Asked(asked), decode, infer);
        }
    }

    /** Those that give the same features are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SingleImages images && images.features.equals(features);
    }

    @Override
    public int hashCode() {
        return features.hashCode();
    }

    @Override
    public String toString() {
        return "image by image";
    }

    /** Has an image whenever one was asked for. */
    private record Asked(Deque<WorkItem> images) implements Iterator<WorkItem> {
        @Override
        public boolean hasNext() {
            return !images.isEmpty();
        }

        @Override
        public WorkItem next() {
            return images.remove();
        }
    }
}
