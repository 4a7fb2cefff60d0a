package io.vitrine.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.gpu.HandOver;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.Placement;
import io.vitrine.testkit.CpuBatchDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison of decoders, with decoders that are right, wrong, or hand over. */
final class DecoderComparisonTest {
    private static final Path ORACLE = Path.of("src/test/resources/oracle");
    private static final Preprocessing VIT =
            Preprocessing.builder(ImageProcessor.VIT).build().withOutputSize(new Size(32, 32));

    @Test
    void equalPixelsAreCounted() throws IOException {
        DecoderComparison comparison =
                new DecoderComparison((steps, options) -> new CpuBatchDecoder(steps, options, pixels -> pixels));
        assertThat(comparison.compare(jpegs(), VIT, ExifOrientation.APPLY)).isEmpty();
        assertThat(comparison.equal()).isEqualTo(jpegs().size());
        assertThat(comparison.describe()).isEqualTo(jpegs().size() + " JPEGs equal on both, 0 left to the CPU");
        assertThat(comparison.shortcomings()).isEmpty();
    }

    @Test
    void aSingleOtherByteIsAFault() throws IOException {
        DecoderComparison comparison =
                new DecoderComparison((steps, options) -> new CpuBatchDecoder(steps, options, pixels -> {
                    byte[] wrong = pixels.clone();
                    wrong[100] ^= 1;
                    return wrong;
                }));
        assertThat(comparison.compare(jpegs().subList(0, 1), VIT, ExifOrientation.APPLY))
                .singleElement()
                .asString()
                .contains(": 1 of 3072 bytes differ, the first is 100: ");
    }

    @Test
    void pixelsOfAFileThatTheCpuRejectsAreAFault() throws IOException {
        byte[] whole = jpegs().get(0).bytes().array();
        DecoderComparison.Named half =
                new DecoderComparison.Named("half.jpg", FileBytes.of(Arrays.copyOf(whole, whole.length / 2)));
        DecoderComparison comparison = new DecoderComparison(
                (steps, options) -> new CpuBatchDecoder(steps, options, pixels -> new byte[3072]));
        assertThat(comparison.compare(List.of(half), VIT, ExifOrientation.APPLY))
                .singleElement()
                .asString()
                .startsWith("half.jpg: the GPU gives pixels, the CPU rejects it as TRUNCATED");
    }

    @Test
    void handedOverFilesAreCountedByTheReason() throws IOException {
        DecoderComparison comparison =
                new DecoderComparison((steps, options) -> new CpuBatchDecoder(steps, options, pixels -> null));
        assertThat(comparison.compare(jpegs(), VIT, ExifOrientation.APPLY)).isEmpty();
        assertThat(comparison.handedOver()).isEqualTo(Map.of(HandOver.DATA, (long) jpegs().size()));
        assertThat(comparison.describe()).startsWith("0 JPEGs equal on both, ").endsWith(" DATA)");
        assertThat(comparison.shortcomings()).singleElement().asString().startsWith("no JPEG was decoded");
    }

    @Test
    void filesThatMustBeDecodedMayNotBeHandedOver() throws IOException {
        DecoderComparison.Named may = jpegs().get(0);
        DecoderComparison.Named must =
                new DecoderComparison.Named("intact.jpg", may.bytes(), DecoderComparison.Duty.DECODE);
        DecoderComparison comparison = new DecoderComparison(
                (steps, options) -> new CpuBatchDecoder(steps, options, pixels -> null, HandOver.DEVICE));
        assertThat(comparison.compare(List.of(may, must), VIT, ExifOrientation.APPLY))
                .containsExactly("intact.jpg: left to the CPU because of DEVICE, though nothing about it is unusual");
        assertThat(comparison.shortcomings()).first().isEqualTo("the device ran out of memory or failed on 2 JPEGs");
    }

    /** A decoder that is wrong about one picture fails every case that has it. */
    @Test
    void casesOfTheOracleFailOnOtherBytes() {
        DecoderComparison right =
                new DecoderComparison((steps, options) -> new CpuBatchDecoder(steps, options, pixels -> pixels));
        DecoderComparison wrong = new DecoderComparison(
                (steps, options) -> new CpuBatchDecoder(steps, options, pixels -> new byte[pixels.length]));
        assertThat(faults(right)).isEmpty();
        assertThat(right.equal()).isGreaterThan(100);
        assertThat(faults(wrong)).hasSizeGreaterThan(100).allMatch(fault -> fault.contains("bytes differ"));
    }

    /** Of an image that the CPU rejects, a decoder for GPUs must not give pixels, whether or not the case has one size. */
    @Test
    void imagesThatTheCpuRejectsAreComparedToo(@TempDir Path folder) throws IOException {
        byte[] whole = jpegs().get(0).bytes().array();
        Path half = Files.write(folder.resolve("half.jpg"), Arrays.copyOf(whole, whole.length / 2));
        OracleImages wrong = new OracleImages(Optional.of(
                new DecoderComparison((steps, options) -> new CpuBatchDecoder(steps, options, pixels -> pixels))));
        OracleImages right = new OracleImages(Optional.of(
                new DecoderComparison((steps, options) -> new CpuBatchDecoder(steps, options, pixels -> null))));
        Preprocessing asDecoded = Preprocessing.builder(ImageProcessor.VIT).build();
        for (Preprocessing preprocessing : List.of(VIT, asDecoded)) {
            assertThatThrownBy(() -> wrong.prepare(half, preprocessing, ExifOrientation.APPLY))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("half.jpg: the GPU gives pixels, the CPU rejects it as TRUNCATED");
            assertThatThrownBy(() -> right.prepare(half, preprocessing, ExifOrientation.APPLY))
                    .isInstanceOf(ImageRejectedException.class);
        }
    }

    private static List<String> faults(DecoderComparison comparison) {
        return new Oracle(ORACLE, ComputePlan.EXACT, Placement.CPU, Optional.of(comparison))
                .cases().stream()
                        .filter(oracleCase -> !oracleCase.id().startsWith("model/"))
                        .flatMap(oracleCase -> oracleCase.run().fault().stream())
                        .toList();
    }

    private static List<DecoderComparison.Named> jpegs() throws IOException {
        List<DecoderComparison.Named> jpegs = new ArrayList<>();
        try (Stream<Path> files = Files.list(ORACLE.resolve("images"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".jpg"))
                    .sorted()
                    .limit(5)
                    .toList()) {
                jpegs.add(new DecoderComparison.Named(
                        file.getFileName().toString(), FileBytes.of(Files.readAllBytes(file))));
            }
        }
        return jpegs;
    }
}
