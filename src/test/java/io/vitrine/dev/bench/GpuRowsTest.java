package io.vitrine.dev.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.gpu.BatchDecoder;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.CpuBatchDecoder;
import io.vitrine.verify.DecoderComparison;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

    private boolean check(List<DecoderComparison.Named> files, DecoderComparison.Opener opener) {
        PrintWriter out = new PrintWriter(printed);
        boolean equal = new GpuPixels(out).run(files, "a fake", opener);
        out.flush();
        return equal;
    }
}
