package io.vitrine.job.task;

import io.vitrine.graph.ModelSignature;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.ErrorMetrics;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.Placement;
import io.vitrine.job.rows.WorkItem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Measures how far an approximate model is from the exact one, on a run's first images. One task loads both models. */
public final class QuantizationError implements FlatMapFunction<Iterator<WorkItem>, Map<String, String>> {
    private static final long serialVersionUID = 1;

    private final DecodePartition decode;
    private final ModelSpec model;

    public QuantizationError(DecodePartition decode, ModelSpec model) {
        this.decode = decode;
        this.model = model.withFloat32Matrices(); // measures the model, not the rounding of stored values
    }

    /** The error of each output, as text; empty if none of {@code images} can be read. */
    public Map<String, String> measure(JavaSparkContext spark, List<WorkItem> images) {
        return spark.parallelize(images, 1).mapPartitions(this).first();
    }

    @Override
    public Iterator<Map<String, String>> call(Iterator<WorkItem> items) {
        return List.of(compare(items)).iterator();
    }

    private Map<String, String> compare(Iterator<WorkItem> items) {
        List<byte[]> pixels = new ArrayList<>();
        decode.decode(items).forEachRemaining(image -> {
            if (image instanceof DecodedImage.Pixels decoded) {
                pixels.add(decoded.copy().pixels());
            }
        });
        Map<String, String> errors = new TreeMap<>();
        if (pixels.isEmpty()) {
            return errors;
        }
        Map<String, float[]> exact = run(model.with(ComputePlan.EXACT), pixels, decode.hadoop());
        Map<String, float[]> approximate = run(model, pixels, decode.hadoop());
        exact.forEach((name, values) -> errors.put(
                name,
                ErrorMetrics.of(approximate.get(name), values, values.length / pixels.size())
                        .toString()));
        return errors;
    }

    private static Map<String, float[]> run(ModelSpec spec, List<byte[]> pixels, Configuration hadoop) {
        Map<String, float[]> values = new TreeMap<>();
        try (FeatureModel loaded = spec.load(hadoop, Placement.CPU);
                FeatureModel.Runner runner = loaded.runner(pixels.size())) {
            pixels.forEach(runner.batch()::add);
            BatchFeatures features = runner.run();
            for (ModelSignature.Output output : loaded.signature().outputs()) {
                float[] all = new float[pixels.size() * output.elements()];
                for (int i = 0; i < pixels.size(); i++) {
                    System.arraycopy(
                            features.floats(output.name(), i), 0, all, i * output.elements(), output.elements());
                }
                values.put(output.name(), all);
            }
        }
        return values;
    }
}
