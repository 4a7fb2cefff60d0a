package io.vitrine.dev.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.EmulatedDevice;
import io.vitrine.gpu.GpuDecoders;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.CpuBatchDecoder;
import io.vitrine.verify.DecoderComparison;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the benchmark and the check of a GPU do around a decoder, with one that runs on the CPU. */
final class GpuRowsTest {
    private final StringWriter printed = new StringWriter();
    private final List<DecoderComparison.Named> some =
            new JpegSet(JpegSet.Sizes.SMALL).files().subList(0, 60);

    @Test
    void decodingIsMeasuredByBatchAndThreads() throws Exception {
        ModelPlan plan = ModelPlan.of(Path.of("demo/checkpoint"), Optional.empty());
        Results results = new Results();
        List<byte[]> jpegs = Photos.Kind.IMAGENET.jpegs().subList(0, 2);
        try (BatchDecoder decoder =
                new CpuBatchDecoder(plan.preprocessing(), DecodeOptions.STANDARD, pixels -> pixels)) {
            new GpuDecoding(plan, results, decoder, /* slots= */ 2, /* seconds= */ 0.02)
                    .run(Photos.Kind.IMAGENET, jpegs);
        }
        for (int batch : new int[] {64, 256}) {
            for (int threads : new int[] {1, 2, 4}) {
                Measurement row = results.get(GpuDecoding.row(Photos.Kind.IMAGENET, batch, threads), 0);
                assertThat(row.images()).isPositive().matches(images -> images % batch == 0);
            }
        }
    }

    @Test
    void decodingThatFallsBehindTheEngineIsMarked() {
        assertThat(GpuDecoding.besideRow("engine", 951, 1000)).isEqualTo("the decoding beside it (engine)");
        assertThat(GpuDecoding.besideRow("engine", 500, 1000))
                .isEqualTo("the decoding beside it (engine), TOO SLOW: 50 % of what the engine alone takes");
    }

    @Test
    void equalPixelsPassTheCheck() {
        boolean equal = check(some, (steps, options) -> new CpuBatchDecoder(steps, options, pixels -> pixels));
        assertThat(printed.toString()).contains("JPEGs equal on both").doesNotContain("bytes differ");
        assertThat(equal).isEqualTo(!printed.toString().contains("FAILED"));
    }

    @Test
    void otherPixelsFailTheCheckAndTheFirstAreNamed() {
        boolean equal =
                check(some, (steps, options) -> new CpuBatchDecoder(steps, options, pixels -> new byte[pixels.length]));
        assertThat(equal).isFalse();
        assertThat(printed.toString())
                .contains("FAILED 0: 1x1, sampling -1, quality 5")
                .contains("failed");
    }

    @Test
    void handingEverythingOverFailsTheCheck() {
        boolean equal = check(some, (steps, options) -> new CpuBatchDecoder(steps, options, pixels -> null));
        assertThat(equal).isFalse();
        assertThat(printed.toString())
                .contains("FAILED 1: 1x40, sampling -1")
                .contains("left to the CPU because of DATA, though nothing about it is unusual")
                .contains("FAILED ViTImageProcessor: no JPEG was decoded to the CPU's bytes")
                .doesNotContain("progressive, orientation 1: handed over");
    }

    /** The shipped kernels, in an emulator. */
    @Test
    void theKernelsDecodeAllThatTheyMust() {
        List<DecoderComparison.Named> all = new JpegSet(JpegSet.Sizes.SMALL).files();
        List<DecoderComparison.Named> few = IntStream.range(0, all.size()).filter(i -> i % 100 < 2).mapToObj(all::get).toList();
        try (GpuDecoders gpu = new GpuDecoders(EmulatedDevice.shipped())) {
            boolean equal = check(few, gpu::decoder);
            assertThat(equal).as(printed.toString()).isTrue();
        }
    }

    private boolean check(List<DecoderComparison.Named> files, DecoderComparison.Opener opener) {
        PrintWriter out = new PrintWriter(printed);
        boolean equal = new GpuPixels(out).run(files, "a fake", opener);
        out.flush();
        return equal;
    }
}
