package io.vitrine.inference;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import java.util.Optional;

/** Whether this process can run a model on a GPU. */
public final class GpuRuntime {
    private GpuRuntime() {}

    /**
     * Insists on a GPU.
     *
     * @throws VitrineException saying why GPU number {@code gpu} cannot be used here
     */
    public static void require(int gpu) {
        unusable(gpu).ifPresent(reason -> {
            throw new ConfigurationException("No GPU can be used: " + reason + ".");
        });
    }

    /** Why GPU number {@code gpu} cannot be used here; empty if it can. */
    public static Optional<String> unusable(int gpu) {
        DjlSettings.silence();
        Engine.getEngine("OnnxRuntime"); // DJL's own environment first, or the runtime has two
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return Optional.of("this build of ONNX Runtime is for CPUs only; build Vitrine with mvn -Pgpu");
        }
        try (SessionOptions options = new SessionOptions()) {
            OnnxLoader.useGpu(options, gpu);
            return Optional.empty();
        } catch (OrtException e) {
            return Optional.of(
                    "the CUDA libraries cannot be loaded, or there is no GPU " + gpu + ": " + e.getMessage());
        }
    }
}
