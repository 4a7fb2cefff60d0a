package io.vitrine.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.vitrine.ConfigurationException;
import java.util.Optional;

/** Finds out whether this process can run models on a GPU. */
public final class GpuRuntime {
    private GpuRuntime() {}

    /**
     * Requires that GPU number {@code gpu} can be used.
     *
     * @throws ConfigurationException with the reason why it cannot
     */
    public static void requireUsable(int gpu) {
        whyUnusable(gpu).ifPresent(reason -> {
            throw new ConfigurationException("No GPU can be used: " + reason + ".");
        });
    }

    /** The reason why GPU number {@code gpu} cannot be used; empty if it can. */
    public static Optional<String> whyUnusable(int gpu) {
        DjlSettings.disableExtras();
        OnnxLoader.startEngine();
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
