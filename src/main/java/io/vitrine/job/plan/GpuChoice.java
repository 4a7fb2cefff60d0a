package io.vitrine.job.plan;

import io.vitrine.ConfigurationException;
import io.vitrine.job.gpu.GpuProbe;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.task.ModelDevice;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;

/** Decides whether a model runs on GPUs. */
public final class GpuChoice {
    private GpuChoice() {}

    /**
     * The reason why the model does not run on GPUs; empty if it does. Runs a small task where a GPU may be used.
     *
     * @throws ConfigurationException if a GPU is asked for and none can be used
     */
    public static Optional<String> whyNot(
            JavaSparkContext context, GpuOptions gpus, Optional<ResourceProfile> profile) {
        if (gpus.device() == GpuOptions.DeviceChoice.cpu
                || gpus.device() == GpuOptions.DeviceChoice.auto && gpus.perExecutor() == 0) {
            return Optional.of("none is requested");
        }
        Optional<String> reason = GpuProbe.unusable(context, gpus, profile);
        if (gpus.device() == GpuOptions.DeviceChoice.gpu && reason.isPresent()) {
            throw new ConfigurationException("--device gpu, but no GPU can be used: " + reason.get() + ".");
        }
        return reason;
    }

    /** Where tasks run the model. */
    public static ModelDevice device(GpuOptions gpus, Optional<String> whyNot) {
        return whyNot.isEmpty() ? new ModelDevice.Gpu(gpus.resource()) : new ModelDevice.Cpu(gpus.resource());
    }
}
