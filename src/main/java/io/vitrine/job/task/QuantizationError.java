package io.vitrine.job.task;

import io.vitrine.ConfigurationException;
import io.vitrine.graph.ModelSignature;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.ErrorMetrics;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.Int8Check;
import io.vitrine.inference.Placement;
import io.vitrine.job.rows.WorkItem;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Measures how far an approximate model is from the exact one, on a run's first images. One task loads both models, one after the
 * other.
 */
public final class QuantizationError
        implements FlatMapFunction<Iterator<WorkItem>, Map<String, QuantizationError.Measured>> {
    private static final long serialVersionUID = 1;

    private final DecodePartition decode;
    private final ModelSpec model;

    /**
     * The distance of an output from fp32.
     *
     * @param error as text
     * @param fault why it is too far, see {@link Int8Check#fault}; empty if it is not
     */
    public record Measured(String error, String fault) implements Serializable {}

    public QuantizationError(DecodePartition decode, ModelSpec model) {
        this.decode = decode;
        this.model = model.withFloat32Matrices(); // measures the model, not the rounding of stored values
    }

    /**
     * The error of each output, as text; empty if none of {@code images} can be read.
     *
     * @throws ConfigurationException if an output is too far from fp32
     */
    public Map<String, String> measure(JavaSparkContext spark, List<WorkItem> images) {
        Map<String, Measured> measured =
                spark.parallelize(images, 1).mapPartitions(this).first();
        Map<String, String> errors = new TreeMap<>();
        measured.forEach((output, distance) -> {
            if (!distance.fault().isEmpty()) {
                throw Int8Check.stop("this run's first images", distance.fault());
            }
            errors.put(output, distance.error());
        });
        return errors;
    }

    @Override
    public Iterator<Map<String, Measured>> call(Iterator<WorkItem> items) {
        return List.of(compare(items)).iterator();
    }

    private Map<String, Measured> compare(Iterator<WorkItem> items) {
        List<byte[]> pixels = new ArrayList<>();
        decode.decode(items).forEachRemaining(image -> {
            if (image instanceof DecodedImage.Pixels decoded) {
                pixels.add(decoded.copy().pixels());
            }
        });
        Map<String, Measured> errors = new TreeMap<>();
        if (pixels.isEmpty()) {
            return errors;
        }
        Map<ModelSignature.Output, float[]> exact = run(model.with(ComputePlan.EXACT), pixels, decode.hadoop());
        Map<ModelSignature.Output, float[]> approximate = run(model, pixels, decode.hadoop());
        exact.forEach((output, values) -> {
            float[] actual = approximate.get(output);
            errors.put(
                    output.name(),
                    new Measured(
                            ErrorMetrics.of(actual, values, output.elements()).toString(),
                            Int8Check.fault(output, actual, values).orElse("")));
        });
        return errors;
    }

    private static Map<ModelSignature.Output, float[]> run(ModelSpec spec, List<byte[]> pixels, Configuration hadoop) {
        Map<ModelSignature.Output, float[]> values = new HashMap<>();
        try (FeatureModel loaded = spec.loadUnchecked(hadoop, Placement.CPU);
                FeatureModel.Runner runner = loaded.runner(pixels.size())) {
            pixels.forEach(runner.batch()::add);
            BatchFeatures features = runner.run();
            for (ModelSignature.Output output : loaded.signature().outputs()) {
                float[] all = new float[pixels.size() * output.elements()];
                for (int i = 0; i < pixels.size(); i++) {
                    System.arraycopy(
                            features.floats(output.name(), i), 0, all, i * output.elements(), output.elements());
                }
                values.put(output, all);
            }
        }
        return values;
    }
}
