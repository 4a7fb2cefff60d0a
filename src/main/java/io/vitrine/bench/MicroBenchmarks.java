package io.vitrine.bench;

import io.vitrine.FileBytes;
import io.vitrine.Rejected;
import io.vitrine.Size;
import io.vitrine.image.Filter;
import io.vitrine.image.FloatResampler;
import io.vitrine.image.Limits;
import io.vitrine.image.Preprocessing;
import io.vitrine.image.Preprocessor;
import io.vitrine.image.Reading;
import io.vitrine.image.Resampler;
import io.vitrine.image.RgbImage;
import io.vitrine.inference.Batch;
import java.util.List;
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

/** One image through one step of a task, alone: decode, resize, into a batch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MicroBenchmarks {
    private static final Size MODEL = new Size(224, 224);
    private static final int BATCH = 8;

    private final Resampler resampler = new Resampler();
    private final FloatResampler floats = new FloatResampler();
    private final Batch batch = new Batch(3 * 224 * 224, BATCH);
    private final byte[] prepared = new byte[3 * 224 * 224];
    private FileBytes small;
    private FileBytes large;
    private RgbImage pixels;
    private Preprocessor exact;
    private Preprocessor fast;

    /** Draws the pictures. */
    @Setup
    public void draw() {
        small = FileBytes.of(Photos.Kind.SMALL.jpegs().get(0));
        large = FileBytes.of(Photos.Kind.LARGE.jpegs().get(0));
        byte[] noise = new byte[3 * 640 * 480];
        new Random(1).nextBytes(noise);
        pixels = new RgbImage(noise, 640, 480);
        exact = new Preprocessor(preprocessing(null), Limits.DEFAULT, Reading.STANDARD);
        fast = new Preprocessor(preprocessing(new Preprocessing.Exact(MODEL)), Limits.DEFAULT, new Reading(true, true));
    }

    private static Preprocessing preprocessing(Preprocessing.Target target) {
        return new Preprocessing(
                "ViTImageProcessor", target, Filter.BILINEAR, null, 1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
    }

    /** Frees the decoders. */
    @TearDown
    public void close() {
        exact.close();
        fast.close();
    }

    /** A JPEG of 640x480 to its pixels. */
    @Benchmark
    public Object decodeSmall() throws Rejected {
        return exact.prepare(small, exact.header(small));
    }

    /** A JPEG of 4000x3000 to its pixels. */
    @Benchmark
    public Object decodeLarge() throws Rejected {
        return exact.prepare(large, exact.header(large));
    }

    /** The same at a fraction of its size, to 224x224. */
    @Benchmark
    public Object decodeLargeFastAndResize() throws Rejected {
        return fast.prepare(large, fast.header(large));
    }

    /** 640x480 pixels to 224x224. */
    @Benchmark
    public Object resizeBilinear() {
        return resampler.resize(pixels, MODEL, Filter.BILINEAR);
    }

    /** The same with twice as many taps. */
    @Benchmark
    public Object resizeBicubic() {
        return resampler.resize(pixels, MODEL, Filter.BICUBIC);
    }

    /** 640x480 pixels to 224x224 in floats, as for DINOv3. */
    @Benchmark
    public Object resizeFloats() {
        return floats.resize(pixels, MODEL, Filter.BILINEAR, 1 / 255.0);
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
