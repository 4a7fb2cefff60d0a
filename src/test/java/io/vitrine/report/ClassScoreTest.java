package io.vitrine.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Losses and ranks against torch's. */
final class ClassScoreTest {
    private static final JsonNode CASES =
            JsonFile.read(Path.of("src/test/resources/labels/torch.json")).path("cases");
    private static final double TOLERANCE = 1e-12; // relative

    @Test
    void lossesAndRanksAreTorchs() {
        assertThat(CASES).isNotEmpty().allSatisfy(each -> {
            double[] logits = new double[each.path("logits").size()];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = each.path("logits").get(i).asDouble();
            }
            ClassScore score = ClassScore.of(logits, each.path("label").asInt());
            double expected = each.path("cross_entropy").asDouble();
            assertThat(score.rank()).isEqualTo(each.path("rank").asInt());
            assertThat(score.crossEntropy()).isCloseTo(expected, Offset.offset(TOLERANCE * Math.max(1, expected)));
        });
    }

    @Test
    void ofEqualLogitsTheFirstClassIsTheBest() {
        double[] equal = {1, 1, 1};
        assertThat(List.of(ClassScore.of(equal, 0), ClassScore.of(equal, 2)))
                .extracting(ClassScore::rank)
                .containsExactly(0, 2);
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        assertThat(ClassScore.of(new double[] {3e38, -3e38}, 0).crossEntropy()).isZero();
        assertThat(ClassScore.of(new double[] {3e38, -3e38}, 1).crossEntropy()).isEqualTo(6e38);
    }

    @Test
    void theOrderOfTermsDoesNotChangeASum() {
        List<Double> terms = new ArrayList<>();
        Random random = new Random(22);
        for (int i = 0; i < 10_000; i++) {
            terms.add(random.nextDouble() * Math.pow(10, random.nextInt(20) - 10));
        }
        double forwards = sum(terms);
        Collections.shuffle(terms, random);
        assertThat(sum(terms)).isCloseTo(forwards, Offset.offset(Math.ulp(forwards)));
        assertThat(terms.stream().reduce(0.0, Double::sum)).isNotEqualTo(forwards); // so that the test can fail
    }

    private static double sum(List<Double> terms) {
        CompensatedSum halves = new CompensatedSum();
        CompensatedSum rest = new CompensatedSum();
        for (int i = 0; i < terms.size(); i++) {
            (i % 2 == 0 ? halves : rest).add(terms.get(i));
        }
        halves.add(rest);
        return halves.value();
    }
}
