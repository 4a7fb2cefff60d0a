package io.vitrine.dev.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.verify.DecoderComparison;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The JPEGs that decoders are compared with. */
final class JpegSetTest {
    @Test
    void intactOnesDecodeAndDamagedOnesMostlyDoToo() {
        List<DecoderComparison.Named> files = new JpegSet(JpegSet.Sizes.SMALL).files();
        Map<RejectionReason, Integer> rejected = new EnumMap<>(RejectionReason.class);
        TreeSet<Integer> orientations = new TreeSet<>();
        int damaged = 0;
        try (ImagePreprocessor cpu = new ImagePreprocessor(
                Preprocessing.builder(ImageProcessor.VIT).build(), ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            for (DecoderComparison.Named file : files) {
                boolean isDamaged = file.name().endsWith(", damaged");
                damaged += isDamaged ? 1 : 0;
                try {
                    ImageHeader header = cpu.readHeader(file.bytes());
                    orientations.add(header.orientation());
                    cpu.preprocess(file.bytes(), header);
                } catch (ImageRejectedException e) {
                    assertThat(isDamaged).as(file.name()).isTrue();
                    rejected.merge(e.reason(), 1, Integer::sum);
                }
            }
        }
        assertThat(files).hasSize(2 * damaged).hasSizeGreaterThan(1400);
        assertThat(orientations).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(rejected).containsKey(RejectionReason.TRUNCATED);
        assertThat(rejected.values().stream().mapToInt(Integer::intValue).sum()).isBetween(damaged / 10, damaged);
    }

    @Test
    void theSetIsTheSameInEveryRun() {
        assertThat(hashes()).isEqualTo(hashes());
    }

    private static List<Integer> hashes() {
        return new JpegSet(JpegSet.Sizes.SMALL)
                .files().stream()
                        .map(file -> Arrays.hashCode(file.bytes().array()))
                        .toList();
    }
}
