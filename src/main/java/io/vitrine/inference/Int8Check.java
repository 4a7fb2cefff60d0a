package io.vitrine.inference;

import io.vitrine.ConfigurationException;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.OutputType;
import io.vitrine.graph.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Stops a model in {@link Precision#int8} whose numbers are too far from those in fp32: further than a relative error of 10 %,
 * or a cosine of 0.99 for vectors of at least {@link #MIN_VECTOR} elements. Integers fail on some checkpoints (outliers that
 * folding does not reach) and on some processors (saturating instructions), without any error.
 *
 * <p>The check runs {@link ProbeImages} through the model in fp32, on the same engine, closes it, and then loads the model in int8.
 * So memory holds one of them at a time. It costs some seconds for a ViT-Base, once per process.
 */
public final class Int8Check {
    /** The direction of shorter vectors, such as two logits near zero, says little. */
    private static final int MIN_VECTOR = 16;

    private Int8Check() {}

    /**
     * Loads the model of {@code request} in int8.
     *
     * @throws ConfigurationException if its outputs are too far from those in fp32
     */
    public static FeatureModel load(
            GraphRequest request, InferenceEngine engine, Path cache, int intraOpThreads, Placement placement) {
        GraphRequest int8 = request.withPrecision(Precision.int8);
        GraphRequest fp32 = request.withPrecision(Precision.fp32).withMatrixType(OutputType.FLOAT32);
        List<String> judged = judged(OnnxModel.print(fp32).outputs());
        Map<String, float[]> expected;
        try (FeatureModel exact =
                FeatureModel.load(fp32.withOutputs(judged), engine, cache, intraOpThreads, placement)) {
            expected = run(exact, judged);
        }
        FeatureModel model = FeatureModel.load(int8, engine, cache, intraOpThreads, placement);
        try {
            Map<String, float[]> actual = run(model, judged);
            for (ModelSignature.Output output : model.signature().outputs()) {
                if (judged.contains(output.name())) {
                    fault(output, actual.get(output.name()), expected.get(output.name()))
                            .ifPresent(fault -> {
                                throw stop(ProbeImages.COUNT + " test pictures", fault);
                            });
                }
            }
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * A message if an output in int8 is too far from fp32. Images whose numbers are not finite in fp32 are left out: they become
     * rows without features.
     *
     * @param actual the output of each image in int8
     * @param expected the same in fp32
     */
    public static Optional<String> fault(ModelSignature.Output output, float[] actual, float[] expected) {
        float[] judgedActual = new float[expected.length];
        float[] judgedExpected = new float[expected.length];
        int length = 0;
        for (int from = 0; from < expected.length; from += output.elements()) {
            if (isFinite(expected, from, output.elements())) {
                System.arraycopy(actual, from, judgedActual, length, output.elements());
                System.arraycopy(expected, from, judgedExpected, length, output.elements());
                length += output.elements();
            }
        }
        if (length == 0) {
            return Optional.empty();
        }
        ErrorMetrics error = ErrorMetrics.of(
                Arrays.copyOf(judgedActual, length), Arrays.copyOf(judgedExpected, length), output.elements());
        boolean hasDirection = output.isVector() && output.elements() >= MIN_VECTOR;
        return (hasDirection ? error.vectorFault(Precision.int8) : error.matrixFault(Precision.int8))
                .map(fault -> output.name() + " " + fault);
    }

    private static boolean isFinite(float[] values, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (!Float.isFinite(values[i])) {
                return false;
            }
        }
        return true;
    }

    /**
     * The exception that stops a run.
     *
     * @param images on which the distance was measured
     * @param fault from {@link #fault}
     */
    public static ConfigurationException stop(String images, String fault) {
        return new ConfigurationException(
                "int8 gives wrong numbers with this checkpoint on this processor: on " + images
                        + ", against fp32, " + fault
                        + ". Take --precision fp32, or bf16 on CPUs with AMX or AVX512-BF16.");
    }

    /** The vectors and the deepest matrix. Others are computed on the way to these. */
    private static List<String> judged(List<ModelSignature.Output> outputs) {
        List<String> judged = new ArrayList<>();
        outputs.stream()
                .filter(ModelSignature.Output::isVector)
                .map(ModelSignature.Output::name)
                .forEach(judged::add);
        outputs.stream()
                .filter(output -> !output.isVector())
                .map(ModelSignature.Output::name)
                .max(Comparator.comparingInt(Int8Check::depth))
                .ifPresent(judged::add);
        return judged;
    }

    private static int depth(String matrix) {
        int dot = matrix.indexOf('.');
        return dot < 0 ? Integer.MAX_VALUE : Integer.parseInt(matrix.substring(dot + 1));
    }

    /** The outputs for all probe images, one image at a time. */
    private static Map<String, float[]> run(FeatureModel model, List<String> judged) {
        Map<String, float[]> values = new TreeMap<>();
        try (FeatureModel.Runner runner = model.runner(1)) {
            for (int i = 0; i < ProbeImages.COUNT; i++) {
                runner.batch().clear();
                runner.batch().add(ProbeImages.pixels(i, model.signature()));
                BatchFeatures features = runner.run();
                for (ModelSignature.Output output : model.signature().outputs()) {
                    if (judged.contains(output.name())) {
                        float[] all = values.computeIfAbsent(
                                output.name(), name -> new float[ProbeImages.COUNT * output.elements()]);
                        float[] one = features.floats(output.name(), 0);
                        System.arraycopy(one, 0, all, i * one.length, one.length);
                    }
                }
            }
        }
        return values;
    }
}
