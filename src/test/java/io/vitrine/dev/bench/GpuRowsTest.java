package io.vitrine.dev.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.DecodingDevice;
import io.vitrine.gpu.EmulatedDevice;
import io.vitrine.gpu.MemoryLimits;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.CpuBatchDecoder;
import io.vitrine.verify.DecoderComparison;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the benchmark and the check of a GPU do around a decoder, with one that runs on the CPU. */
@Tag("slow")
final class GpuRowsTest {
    private final StringWriter printed = new StringWriter();
    private final List<DecoderComparison.Named> some =
            new JpegSet(JpegSet.Sizes.SMALL).files().subList(0, 60);

    @Test
    void decodingIsMeasuredByBatchAndThreads() throws Exception {
        ModelPlan plan = ModelPlan.of(Path.of("demo/checkpoint"), Optional.empty());
        Results results = new Results();
        List<byte[]> jpegs = List.of(Pictures.drawn("jpg", 60, 50, 1));
        try (BatchDecoder decoder =
                new CpuBatchDecoder(plan.preprocessing(), DecodeOptions.STANDARD, pixels -> pixels)) {
            new DecodingRows(plan, results, decoder, /* slots= */ 2, /* seconds= */ 0.02)
                    .run(Photos.Kind.IMAGENET, jpegs);
        }
        for (int batch : new int[] {64, 256}) {
            for (int threads : new int[] {1, 2, 4}) {
                Measurement row = results.get(DecodingRows.row(Photos.Kind.IMAGENET, batch, threads), 0);
                assertThat(row.images()).isPositive().matches(images -> images % batch == 0);
            }
        }
    }

    /** As with large images in many batches: some find no page-locked memory. */
    @Test
    void filesThatFindNoRoomAreCountedAndDoNotEndTheRow() throws Exception {
        ModelPlan plan = ModelPlan.of(Path.of("demo/checkpoint"), Optional.empty());
        Results results = new Results();
        MemoryLimits twoBatches = new MemoryLimits(1 << 28, 1 << 20);
        try (DecodingDevice gpu = new DecodingDevice(EmulatedDevice.shipped());
                BatchDecoder decoder = gpu.decoder(plan.preprocessing(), DecodeOptions.STANDARD, twoBatches)) {
            new DecodingRows(plan, results, decoder, /* slots= */ 4, /* seconds= */ 0.02)
                    .run(Photos.Kind.LARGE, List.of(Pictures.drawn("jpg", 60, 50, 1)));
        }
        String row = DecodingRows.row(Photos.Kind.LARGE, 16, 4);
        assertThat(results.get(row, 0).images()).isPositive();
        results.print(new PrintWriter(printed, true));
        assertThat(printed.toString()).contains(row + ": handed over and not counted {SIZE=");
        assertThat(results.missing()).isEmpty();
    }

    @Test
    void aRowThatFailsIsNamedAndTheOthersAreMeasured() throws Exception {
        Results results = new Results();
        results.tryRow("one", () -> {
            throw new IllegalStateException("the device is gone");
        });
        results.tryRow("two", () -> results.add("two", new Measurement(10, 1, 1)));
        results.rateRatio("ratio", "two", "one");
        results.print(new PrintWriter(printed, true));
        assertThat(printed.toString())
                .contains("| two | 10.00 |", "no row of one: java.lang.IllegalStateException: the device is gone")
                .doesNotContain("ratio");
        assertThat(results.missing()).containsExactly("one");
    }

    @Test
    void decodingThatFallsBehindTheEngineIsMarked() {
        assertThat(DecodingRows.besideRow("engine", 951, 1000)).isEqualTo("the decoding beside it (engine)");
        assertThat(DecodingRows.besideRow("engine", 500, 1000))
                .isEqualTo("the decoding beside it (engine), TOO SLOW: 50 % of what the engine alone takes");
    }

    @Test
    void equalPixelsPassTheCheck() {
        List<DecoderComparison.Named> intact =
                some.stream().filter(GpuRowsTest::decodes).toList();
        assertThat(intact).hasSizeGreaterThan(20);
        assertThat(check(intact, (steps, options) -> new CpuBatchDecoder(steps, options, pixels -> pixels)))
                .isTrue();
        assertThat(printed.toString())
                .contains("JPEGs equal on both")
                .doesNotContain("bytes differ")
                .doesNotContain("FAILED");
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
        List<DecoderComparison.Named> few = IntStream.range(0, all.size())
                .filter(i -> i % 100 < 2)
                .mapToObj(all::get)
                .toList();
        try (DecodingDevice gpu = new DecodingDevice(EmulatedDevice.shipped())) {
            boolean equal = check(few, gpu::decoder);
            assertThat(equal).as(printed.toString()).isTrue();
        }
    }

    /** What the CPU rejects has no pixels that could be equal. */
    private static boolean decodes(DecoderComparison.Named file) {
        Preprocessing steps = Preprocessing.builder(ImageProcessor.VIT).build();
        try (ImagePreprocessor cpu = new ImagePreprocessor(steps, ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            cpu.preprocess(file.bytes());
            return true;
        } catch (ImageRejectedException e) {
            return false;
        }
    }

    private boolean check(List<DecoderComparison.Named> files, DecoderComparison.Opener opener) {
        PrintWriter out = new PrintWriter(printed);
        boolean equal = new GpuPixels(out).run(files, "a fake", opener);
        out.flush();
        return equal;
    }
}
