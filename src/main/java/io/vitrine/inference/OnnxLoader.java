package io.vitrine.inference;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import io.vitrine.graph.OnnxGraph;
import io.vitrine.graph.OnnxModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Loads printed ONNX models on ONNX Runtime. Their weights are memory-mapped. */
final class OnnxLoader {
    private static final String NAME = InferenceEngine.onnxruntime.djlName();

    private OnnxLoader() {}

    static FeatureModel load(OnnxModel onnx, int intraOpThreads, Placement placement) {
        Loaded loaded = load(onnx.graph(), intraOpThreads, placement);
        return new FeatureModel(loaded.model(), onnx.signature(), placement, loaded.weights());
    }

    /**
     * A session.
     *
     * @param weights to be kept reachable while the session may read them
     */
    record Loaded(Model model, List<ByteBuffer> weights) {}

    static Loaded load(OnnxGraph onnx, int intraOpThreads, Placement placement) {
        DjlSettings.disableExtras();
        startEngine();
        Map<String, OnnxTensorLike> weights = new HashMap<>();
        List<ByteBuffer> buffers = new ArrayList<>();
        Model model = null;
        try (SessionOptions options = sessionOptions(intraOpThreads)) {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            for (Map.Entry<String, TensorInfo> entry : onnx.weights().entrySet()) {
                ByteBuffer bytes = Weights.map(entry.getValue());
                buffers.add(bytes);
                long[] shape = shape(onnx, entry.getKey());
                weights.put(
                        entry.getKey(),
                        OnnxTensor.createTensor(
                                environment, bytes, shape, type(entry.getValue().dtype())));
            }
            for (Map.Entry<String, Supplier<ByteBuffer>> entry :
                    onnx.quantizedWeights().entrySet()) {
                ByteBuffer bytes = entry.getValue().get();
                buffers.add(bytes);
                long[] shape = shape(onnx, entry.getKey());
                weights.put(entry.getKey(), OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.INT8));
            }
            options.addExternalInitializers(weights);
            if (placement.isGpu()) {
                useGpu(options, placement.gpu());
            }
            // DJL's arrays are on the CPU. With a GPU device, DJL would add the CUDA provider a second time.
            model = Model.newInstance("vitrine", Device.cpu(), NAME);
            model.load(new ByteArrayInputStream(onnx.modelProto()), Map.of("sessionOptions", options));
            return new Loaded(model, List.copyOf(buffers));
        } catch (OrtException | MalformedModelException | IOException e) {
            if (model != null) {
                model.close();
            }
            Throwable cause = e.getCause() == null ? e : e.getCause(); // DJL's own message gives no reason
            throw new ModelException("ONNX Runtime cannot load the model: " + cause.getMessage(), e);
        } finally {
            weights.values().forEach(OnnxTensorLike::close);
        }
    }

    private static long[] shape(OnnxGraph onnx, String name) {
        return onnx.initializerShapes().get(name).stream()
                .mapToLong(Integer::longValue)
                .toArray();
    }

    /** Lets DJL create ONNX Runtime's environment. Created later, it would be a second one. */
    static void startEngine() {
        try {
            Engine.getEngine(NAME);
            ShutdownHooks.remove("ai.onnxruntime.OrtEnvironment$OrtEnvCloser");
        } catch (EngineException | LinkageError e) {
            throw new ConfigurationException(
                    "ONNX Runtime's native library cannot be loaded: " + e
                            + ". Check that the temporary folder is writable and that this jar has the library for this system.",
                    e);
        }
    }

    private static SessionOptions sessionOptions(int intraOpThreads) throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setIntraOpNumThreads(intraOpThreads);
        options.setInterOpNumThreads(1);
        return options;
    }

    /**
     * Adds a GPU, with two settings that differ from ONNX Runtime's defaults. Matrix products use full 32-bit floats, not TF32
     * with its 10-bit mantissa. Memory grows by the requested amount, not in powers of two, which take up to twice as much; on a
     * full device, a half batch would not fit the memory that a whole one left.
     *
     * <p>The fused layer norms of {@link io.vitrine.graph.OnnxTarget#GPU} sum in 32-bit floats, as they must: in half precision,
     * large activations overflow.
     */
    static void useGpu(SessionOptions options, int gpu) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(gpu)) {
            cuda.add("use_tf32", "0");
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            options.addCUDA(cuda);
        }
    }

    private static OnnxJavaType type(DType dtype) {
        return switch (dtype) {
            case F64 -> OnnxJavaType.DOUBLE;
            case F16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            default -> OnnxJavaType.FLOAT;
        };
    }
}
