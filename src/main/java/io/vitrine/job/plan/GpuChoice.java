package io.vitrine.job.plan;

import io.vitrine.ConfigurationException;
import io.vitrine.job.gpu.DecoderKey;
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
     * Whether the model runs on GPUs, and whether they decode. Runs a small task where a GPU may be used.
     *
     * @param decoder that is to be opened on the GPU; none if empty
     * @throws ConfigurationException if a GPU is asked for and none can be used
     */
    public static GpuProbe.Answer look(
            JavaSparkContext context,
            GpuOptions gpus,
            Optional<ResourceProfile> profile,
            Optional<DecoderKey> decoder) {
        if (gpus.device() == GpuOptions.DeviceChoice.cpu
                || gpus.device() == GpuOptions.DeviceChoice.auto && gpus.perExecutor() == 0) {
            return GpuProbe.Answer.noGpu("none is requested");
        }
        GpuProbe.Answer answer = GpuProbe.look(context, gpus, profile, decoder);
        if (gpus.device() == GpuOptions.DeviceChoice.gpu && answer.whyNoGpu().isPresent()) {
            throw new ConfigurationException(
                    "--device gpu, but no GPU can be used: " + answer.whyNoGpu().get() + ".");
        }
        return answer;
    }

    /** Where tasks run the model. */
    public static ModelDevice device(GpuOptions gpus, Optional<String> whyNoGpu) {
        return whyNoGpu.isEmpty() ? new ModelDevice.Gpu(gpus.resource()) : new ModelDevice.Cpu(gpus.resource());
    }
}
