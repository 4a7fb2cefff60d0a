package io.vitrine.ml;

import io.vitrine.Size;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.graph.Precision;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.ImageRequest;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.job.request.TaskSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes requests of the parameters of a transformer. */
record ParamRequests(VitParams params) {
    /** The request, checked. */
    EmbedRequest request() {
        return new EmbedRequest(
                modelRequest(),
                features(),
                images(),
                tasks(),
                GpuOptions.DeviceChoice.valueOf(params.of(params.device())),
                EmbedRequest.VectorForm.valueOf(params.of(params.vectorForm())));
    }

    private ModelRequest modelRequest() {
        return ModelRequest.builder(params.of(params.model()))
                .imageSize(Optional.of(params.of(params.imageSize()))
                        .filter(text -> !text.isEmpty())
                        .map(Size::parse))
                .engine(Optional.of(params.of(params.engine()))
                        .filter(name -> !name.equals("auto"))
                        .map(InferenceEngine::valueOf))
                .precision(Precision.valueOf(params.of(params.precision())))
                .cache(
                        params.of(params.cache()).isEmpty()
                                ? ModelFileCache.DEFAULT
                                : Path.of(params.of(params.cache())))
                .build();
    }

    private FeatureRequest features() {
        return FeatureRequest.builder()
                .columns(List.of(params.of(params.columns())))
                .norm((boolean) params.of(params.normalize()) ? FeatureRequest.Norm.L2 : FeatureRequest.Norm.NONE)
                .build();
    }

    private ImageRequest images() {
        DecodeOptions decoding = new DecodeOptions(
                params.of(params.exif()).equals("apply") ? ExifOrientation.APPLY : ExifOrientation.IGNORE,
                params.of(params.jpegDecode()).equals("exact") ? JpegScaling.EXACT : JpegScaling.FAST,
                params.of(params.heic()).equals("skip") ? HeicDecoding.SKIP : HeicDecoding.DECODE);
        return new ImageRequest(decoding, new ImageLimits((long) params.of(params.maxImageBytes()), (long)
                params.of(params.maxPixels())));
    }

    private TaskSettings tasks() {
        int images = (int) params.of(params.batchSize());
        long seconds = (long) params.of(params.imageTimeout());
        DecodeIsolation isolation = Arrays.stream(DecodeIsolation.values())
                .filter(value -> value.name().equalsIgnoreCase(params.of(params.decodeIsolation())))
                .findFirst()
                .orElseThrow();
        return TaskSettings.builder()
                .batchSize(images == 0 ? OptionalInt.empty() : OptionalInt.of(images))
                .imageTimeout(seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds)))
                .isolation(isolation)
                .build();
    }
}
