package io.vitrine.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.report.ClassScore;
import io.vitrine.report.LabelScores;
import io.vitrine.report.LabelTally;
import io.vitrine.report.ProbeRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ProbePageTest {
    /** Each class has two held-out images, one right and one taken for the next class. */
    private static ProbeRecord record(int classes, String prefix, boolean converged) {
        LabelTally tally = new LabelTally();
        List<ProbeRecord.ClassAccuracy> accuracies = new ArrayList<>();
        List<ProbeRecord.Confusion> confusions = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            tally.add(new ClassScore(0, 0.5));
            tally.add(new ClassScore(1, 1.5));
            accuracies.add(new ProbeRecord.ClassAccuracy(name(prefix, i), 2, 1));
            confusions.add(new ProbeRecord.Confusion(name(prefix, i), name(prefix, (i + 1) % classes), 1));
        }
        accuracies.sort(Comparator.comparing(ProbeRecord.ClassAccuracy::name));
        return new ProbeRecord(
                "2026-01-01T00:00:00Z",
                new ProbeRecord.Features("s3a://b/<out>", "cls", 96, "models/vit", "abc", "r1"),
                new ProbeRecord.Labels("la<b>el", classes, 3, List.of("s3a://b/<i>x.jpg"), 1, List.of("<u>one</u>")),
                new ProbeRecord.Split(0.2, 7, 6L * classes, classes, 2L * classes),
                new ProbeRecord.Training(
                        0.01, true, 12, converged, List.of(new ProbeRecord.Trial(0.01, classes, 0.75, 0.6))),
                LabelScores.of("la<b>el", LabelScores.CROSS_ENTROPY, classes, tally),
                accuracies,
                confusions,
                Map.of("vitrine", "test"));
    }

    private static String name(String prefix, int index) {
        return String.format(Locale.ROOT, "%s%04d", prefix, index);
    }

    private static long count(String page, String pattern) {
        return Pattern.compile(pattern).matcher(page).results().count();
    }

    @Test
    void fewClassesAreAMatrix() {
        String page = ProbePage.of(record(10, "c", true));
        assertThat(page).contains("is, taken for", "50.00 %", "100.00 %", "20</b><span>held-out images");
        assertThat(count(page, "<td class=\"number\"><b>1</b></td>")).isEqualTo(10); // the diagonal
        assertThat(count(page, "<td class=\"number\">1</td>")).isGreaterThanOrEqualTo(10);
    }

    @Test
    void manyClassesAreABoundedTable() {
        String page = ProbePage.of(record(500, "c", true));
        assertThat(page)
                .doesNotContain("is, taken for")
                .contains("The most frequent ones; probe.json has up to 1,000.");
        assertThat(count(page, "<tr>")).isLessThan(220);
        assertThat(page.length()).isLessThan(100_000);
    }

    @Test
    void namesAreShortAndEscaped() {
        String page = ProbePage.of(record(3, "<script>x</script>" + "y".repeat(200), true));
        assertThat(page)
                .doesNotContain("<script>", "y".repeat(100), "<u>one", "la<b>el", "<i>x", "<out>")
                .contains("&lt;script&gt;", "&lt;u&gt;one&lt;/u&gt;", "s3a://b/&lt;i&gt;x.jpg")
                .contains("Content-Security-Policy");
    }

    @Test
    void whatStoppedOrWasLeftOutIsSaid() {
        assertThat(ProbePage.of(record(3, "c", false)))
                .contains("stopped before it converged", "Left out: 3 images without a label, such as ")
                .contains("Left out: 1 class of one image, ");
        assertThat(ProbePage.of(record(3, "c", true))).doesNotContain("stopped before");
    }
}
