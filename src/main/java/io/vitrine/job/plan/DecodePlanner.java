package io.vitrine.job.plan;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.job.gpu.DecoderKey;
import io.vitrine.job.gpu.GpuProbe;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.GpuOptions.DecodeChoice;
import io.vitrine.job.task.DecodeDevice;
import java.util.Optional;

/** Chooses what decodes a run's JPEGs. The rows do not depend on it. */
final class DecodePlanner {
    private final ExtractRequest request;
    private final DecoderKey decoder;

    /** @param model the same for equal models and image sizes */
    DecodePlanner(ExtractRequest request, String model, DecodeRecipe recipe) {
        this.request = request;
        this.decoder = new DecoderKey(String.join(" ", model, "" + recipe.options(), "" + recipe.limits()), recipe);
    }

    /** The decoder to try on a GPU; empty if the request alone says that the CPU decodes. */
    Optional<DecoderKey> wanted() {
        return whyCpu().isPresent() ? Optional.empty() : Optional.of(decoder);
    }

    private Optional<String> whyCpu() {
        if (request.gpus().decodeOn() == DecodeChoice.cpu) {
            return Optional.of("--decode-on cpu");
        }
        if (request.gpus().isStaged()) {
            return Optional.of("--plan staged");
        }
        if (request.images().decoding().jpegScaling() == JpegScaling.FAST) {
            return Optional.of("--decode fast");
        }
        return request.tasks().isolation() == DecodeIsolation.PROCESS
                ? Optional.of("--decode-isolation process")
                : Optional.empty();
    }

    /**
     * The choice.
     *
     * @param gpu what was found
     * @throws ConfigurationException if the request demands a GPU that cannot decode
     */
    DecodeDevice choose(GpuProbe.Answer gpu) {
        Optional<String> whyCpu = whyCpu();
        if (whyCpu.isPresent()) {
            return new DecodeDevice.Cpu(whyCpu.get());
        }
        boolean required = request.gpus().decodeOn() == DecodeChoice.gpu;
        if (gpu.whyNoGpu().isPresent()) {
            if (required) {
                throw new ConfigurationException("--decode-on gpu, but no GPU runs the model: "
                        + gpu.whyNoGpu().get()
                        + ". Give --gpus-per-executor 1, in local mode --device gpu; or --decode-on auto.");
            }
            return new DecodeDevice.Cpu("no GPU runs the model");
        }
        if (gpu.whyNoDecoder().isPresent()) {
            if (required) {
                throw new ConfigurationException("--decode-on gpu, but the GPU cannot decode images: "
                        + gpu.whyNoDecoder().get() + ". Use --decode-on auto or cpu.");
            }
            return new DecodeDevice.Cpu(gpu.whyNoDecoder().get());
        }
        return new DecodeDevice.Gpu(
                request.gpus().resource(), decoder, required ? DecodeDevice.Fallback.NONE : DecodeDevice.Fallback.CPU);
    }
}
