package io.vitrine.dev.bench;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.image.resample.PillowResampler;
import io.vitrine.image.resample.ResampleFilter;
import io.vitrine.image.resample.TorchvisionResampler;
import io.vitrine.inference.PixelBatch;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Single steps of a task on one image: decode, resize, pack into a batch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MicroBenchmarks {
    private static final Size MODEL = new Size(224, 224);
    private static final int BATCH = 8;

    private final PillowResampler resampler = new PillowResampler();
    private final TorchvisionResampler floats = new TorchvisionResampler();
    private final PixelBatch batch = new PixelBatch(3 * 224 * 224, BATCH);
    private final byte[] prepared = new byte[3 * 224 * 224];
    private FileBytes small;
    private FileBytes large;
    private RgbImage pixels;
    private ImagePreprocessor exact;
    private ImagePreprocessor fast;

    /** Draws the pictures. */
    @Setup
    public void draw() {
        small = FileBytes.of(Photos.Kind.SMALL.jpegs().get(0));
        large = FileBytes.of(Photos.Kind.LARGE.jpegs().get(0));
        byte[] noise = new byte[3 * 640 * 480];
        new Random(1).nextBytes(noise);
        pixels = new RgbImage(noise, 640, 480);
        Preprocessing.Builder steps = Preprocessing.builder(ImageProcessor.VIT);
        exact = new ImagePreprocessor(steps.build(), ImageLimits.DEFAULT, DecodeOptions.STANDARD);
        fast = new ImagePreprocessor(
                steps.resizeTo(new ResizeTarget.Exact(MODEL)).build(),
                ImageLimits.DEFAULT,
                new DecodeOptions(ExifOrientation.APPLY, JpegScaling.FAST));
    }

    /** Frees the decoders. */
    @TearDown
    public void close() {
        exact.close();
        fast.close();
    }

    /** A JPEG of 640x480 to its pixels. */
    @Benchmark
    public Object decodeSmall() throws ImageRejectedException {
        return exact.preprocess(small);
    }

    /** A JPEG of 4000x3000 to its pixels. */
    @Benchmark
    public Object decodeLarge() throws ImageRejectedException {
        return exact.preprocess(large);
    }

    /** A JPEG of 4000x3000, decoded at a fraction of its size, to 224x224. */
    @Benchmark
    public Object decodeLargeFastAndResize() throws ImageRejectedException {
        return fast.preprocess(large);
    }

    /** 640x480 pixels to 224x224. */
    @Benchmark
    public Object resizeBilinear() {
        return resampler.resize(pixels, MODEL, ResampleFilter.BILINEAR);
    }

    /** 640x480 pixels to 224x224 with twice as many taps. */
    @Benchmark
    public Object resizeBicubic() {
        return resampler.resize(pixels, MODEL, ResampleFilter.BICUBIC);
    }

    /** 640x480 pixels to 224x224 in floats, as for DINOv3. */
    @Benchmark
    public Object resizeFloats() {
        return floats.resize(pixels, MODEL, ResampleFilter.BILINEAR, 1 / 255.0);
    }

    /** One image into a batch. */
    @Benchmark
    public Object packIntoBatch() {
        if (batch.isFull()) {
            batch.clear();
        }
        return batch.add(prepared);
    }
}
