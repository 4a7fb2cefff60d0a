package io.vitrine.inference;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import io.vitrine.graph.OnnxModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Loads a printed ONNX graph on ONNX Runtime, its weights memory-mapped. */
final class OnnxLoader {
    private static final String NAME = InferenceEngine.onnxruntime.djlName();

    private OnnxLoader() {}

    static FeatureModel load(OnnxModel graph, int intraOpThreads, Placement placement) {
        DjlSettings.silence();
        Map<String, OnnxTensorLike> weights = new HashMap<>();
        List<ByteBuffer> held = new ArrayList<>();
        Model model = null;
        try (SessionOptions options = sessionOptions(intraOpThreads)) {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            for (Map.Entry<String, TensorInfo> entry : graph.weights().entrySet()) {
                ByteBuffer bytes = Weights.map(entry.getValue());
                held.add(bytes);
                long[] shape = shape(graph, entry.getKey());
                weights.put(
                        entry.getKey(),
                        OnnxTensor.createTensor(
                                environment, bytes, shape, type(entry.getValue().dtype())));
            }
            for (Map.Entry<String, Supplier<ByteBuffer>> entry :
                    graph.quantized().entrySet()) {
                ByteBuffer bytes = entry.getValue().get();
                held.add(bytes);
                long[] shape = shape(graph, entry.getKey());
                weights.put(entry.getKey(), OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.INT8));
            }
            options.addExternalInitializers(weights);
            if (placement.isGpu()) {
                useGpu(options, placement.gpu());
            }
            // For DJL it is a CPU's, where its arrays are; for a GPU's it would add the provider once more.
            model = Model.newInstance("vitrine", Device.cpu(), NAME);
            model.load(new ByteArrayInputStream(graph.onnx()), Map.of("sessionOptions", options));
            return new FeatureModel(model, graph.signature(), placement, List.copyOf(held));
        } catch (OrtException | MalformedModelException | IOException e) {
            if (model != null) {
                model.close();
            }
            Throwable cause = e.getCause() == null ? e : e.getCause(); // DJL's own message does not say why
            throw new ModelException("ONNX Runtime cannot load the graph: " + cause.getMessage(), e);
        } finally {
            weights.values().forEach(OnnxTensorLike::close);
        }
    }

    private static long[] shape(OnnxModel graph, String name) {
        return graph.shapes().get(name).stream().mapToLong(Integer::longValue).toArray();
    }

    private static SessionOptions sessionOptions(int intraOpThreads) throws OrtException {
        ai.djl.engine.Engine.getEngine(NAME); // DJL's own environment first, or the runtime has two
        SessionOptions options = new SessionOptions();
        options.setIntraOpNumThreads(intraOpThreads);
        options.setInterOpNumThreads(1);
        return options;
    }

    /**
     * Adds a GPU. In full 32-bit floats: the runtime's own default rounds the factors of matrix products to ten bits (TF32), and
     * sums the layer norms of {@link io.vitrine.graph.OnnxModel#printForGpu} in half precision, where a large activation
     * overflows. Its memory grows by what is asked for: by powers of two, as is the default, it takes up to twice as much, and on a
     * full device a half batch finds no room in what a whole one has left.
     */
    static void useGpu(SessionOptions options, int gpu) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(gpu)) {
            cuda.add("use_tf32", "0");
            cuda.add("enable_skip_layer_norm_strict_mode", "1");
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            options.addCUDA(cuda);
        }
    }

    private static OnnxJavaType type(DType dtype) {
        return switch (dtype) {
            case F16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            default -> OnnxJavaType.FLOAT;
        };
    }
}
