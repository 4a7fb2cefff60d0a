package io.vitrine.job;

import io.vitrine.fetch.ObjectReader;
import io.vitrine.fetch.Prefetch;
import io.vitrine.image.Limits;
import io.vitrine.image.Preprocessing;
import io.vitrine.image.Preprocessor;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.ModelHolder;
import java.util.Collections;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/** One task: its images to rows, lazily. What the constructor takes is all that is serialised. */
final class ExtractPartition implements FlatMapFunction<Iterator<WorkItem>, Row> {
    private static final long serialVersionUID = 1;

    private final ModelSpec model;
    private final Preprocessing preprocessing;
    private final boolean applyExif;
    private final Limits limits;
    private final int batchSize;
    private final int fetchAhead;
    private final long fetchBytes;
    private final FeatureSchema schema;
    private final Counters counters;
    private final Broadcast<SerializableConfiguration> configuration;

    ExtractPartition(
            ModelSpec model,
            Preprocessing preprocessing,
            JobConfig config,
            FeatureSchema schema,
            Counters counters,
            Broadcast<SerializableConfiguration> configuration) {
        this.model = model;
        this.preprocessing = preprocessing;
        this.applyExif = config.applyExif();
        this.limits = config.limits();
        this.batchSize = config.batchSize();
        this.fetchAhead = config.fetchAhead();
        this.fetchBytes = config.fetchBytes();
        this.schema = schema;
        this.counters = counters;
        this.configuration = configuration;
    }

    @Override
    public Iterator<Row> call(Iterator<WorkItem> items) {
        if (!items.hasNext()) {
            return Collections.emptyIterator();
        }
        Configuration hadoop = configuration.value().value();
        FeatureModel loaded = ModelHolder.get(model.key(), () -> model.load(hadoop), millis -> counters.loads()
                .add(SparkEnv.get().executorId() + " cpu " + millis));
        Prefetch<WorkItem> prefetch = new Prefetch<>(
                items, WorkItem::ref, new ObjectReader(hadoop, limits.maxBytes()), fetchAhead, fetchBytes);
        FeatureModel.Runner runner = loaded.runner(batchSize);
        Preprocessor preprocessor = new Preprocessor(preprocessing, limits, applyExif);
        ImagePipeline.Timings timings = new ImagePipeline.Timings();
        TaskContext.get().addTaskCompletionListener(context -> {
            prefetch.close();
            preprocessor.close();
            runner.close();
            counters.add(timings);
        });
        ImagePipeline pipeline = new ImagePipeline(prefetch, preprocessor, runner.batch(), runner::run, timings);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return pipeline.hasNext();
            }

            @Override
            public Row next() {
                Outcome outcome = pipeline.next();
                counters.count(outcome.rejected() == null);
                return schema.row(outcome);
            }
        };
    }
}
