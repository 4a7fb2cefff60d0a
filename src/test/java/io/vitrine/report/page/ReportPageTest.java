package io.vitrine.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.report.Gallery;
import io.vitrine.report.RunDetails;
import io.vitrine.report.RunDetails.ProgressPoint;
import io.vitrine.report.RunRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page without a run and without a browser. */
final class ReportPageTest {
    private static final String HOSTILE = "in/\"><img src=x onerror=alert(1)>\u0000\u202e.jpg";

    private static RunRecord record(Map<String, Long> images) {
        return record(images, RunDetails.NONE);
    }

    private static RunRecord record(Map<String, Long> images, RunDetails details) {
        long total = images.values().stream().mapToLong(Long::longValue).sum();
        return new RunRecord(
                new RunRecord.Run("r1", "2026-01-01T00:00:00Z", 2),
                new RunRecord.Places(List.of(HOSTILE), "out", "parquet"),
                new RunRecord.Model("m", "vit", "f", 1, "224x224", "none"),
                List.of(),
                new RunRecord.Results(
                        images, List.of(new RunRecord.Example("corrupt", HOSTILE, HOSTILE)), total, 0, Map.of(), 1, 5),
                new RunRecord.Execution(1, 8, "fp32", "onnxruntime", Map.of(), 0),
                new RunRecord.Usage(List.of(), List.of(), Map.of("decode", 1.5), new RunRecord.Peak(1, 1)),
                RunRecord.Decoding.onCpu("--decode-on cpu"),
                details,
                Map.of("vitrine", "1"),
                List.of());
    }

    private static Gallery gallery(int pictures, int bytes) {
        Gallery gallery = new Gallery();
        for (int i = 0; i < pictures; i++) {
            gallery.add(new Gallery.Entry("status" + i, HOSTILE, i % 2 == 0 ? "" : HOSTILE, new byte[bytes]));
        }
        return gallery;
    }

    @Test
    void nothingHostileBecomesMarkup() {
        String page = ReportPage.of(record(Map.of("corrupt", 2L)), gallery(4, 10), Optional.of(HOSTILE));
        assertThat(page)
                .doesNotContain("<img src=x")
                .doesNotContain("\u0000")
                .doesNotContain("\u202e")
                .contains("&lt;img src=x onerror=alert(1)&gt;\\u0000\\u202e.jpg");
    }

    @Test
    void thePolicyAllowsNothingButThePagesOwnStyleAndPictures() {
        assertThat(ReportPage.of(record(Map.of("ok", 1L)), new Gallery(), Optional.empty()))
                .contains("default-src &#x27;none&#x27;; img-src data:; style-src &#x27;sha256-")
                .doesNotContain("<script", " style=\"", "http://", "https://", "onload=", "onclick=");
    }

    @Test
    void aRunThatStoppedSaysWhy() {
        assertThat(ReportPage.of(record(Map.of("ok", 1L)), new Gallery(), Optional.of("The store is gone.")))
                .contains("stopped</span>", "this is what it committed. The store is gone.");
    }

    @Test
    void picturesTogetherAreBounded() {
        String page = ReportPage.of(record(Map.of("ok", 60L)), gallery(60, 20_000), Optional.empty());
        assertThat(page.split("data:image/jpeg", -1)).hasSizeBetween(5, 1 + Pictures.MAX_BYTES / 20_000);
        assertThat(page.length()).isLessThan(Pictures.MAX_BYTES + 100_000);
    }

    /** A run of one fast batch can end within the millisecond it began. */
    @ParameterizedTest
    @CsvSource({"0.001, true", "0, false"})
    void aRateNeedsTime(double seconds, boolean shown) {
        List<ProgressPoint> progress = List.of(new ProgressPoint(0, 0, 0), new ProgressPoint(seconds, 8, 0));
        RunDetails details = new RunDetails(RunDetails.NONE.images(), RunDetails.NONE.resources(), progress, Map.of());
        String page = ReportPage.of(record(Map.of("ok", 8L), details), new Gallery(), Optional.empty());
        assertThat(page.contains("<h2>Rate</h2>")).isEqualTo(shown);
        assertThat(page).doesNotContain("could not be drawn", "NaN", "Infinity");
    }

    @Test
    void onlyAFaultOfTheJdksFontsIsToldAsMissingFonts() {
        assertThat(drawn(new IllegalArgumentException("a value")))
                .contains("log says why")
                .doesNotContain("no fonts");
        assertThat(drawn(new NoClassDefFoundError("sun.font.FontManagerFactory")))
                .contains("no fonts");
        RuntimeException head = new RuntimeException("Fontconfig head is null");
        head.setStackTrace(new StackTraceElement[] {new StackTraceElement("sun.awt.FontConfiguration", "", "", 1)});
        assertThat(drawn(new RuntimeException(head))).contains("no fonts");
    }

    private static String drawn(Throwable fault) {
        return Parts.chart(() -> {
                    if (fault instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) fault;
                })
                .render();
    }

    @Test
    void numbersAreReadable() {
        assertThat(Units.bytes(0)).isEqualTo("0 bytes");
        assertThat(Units.bytes(1536)).isEqualTo("1.50 KiB");
        assertThat(Units.bytes(12.3 * (1L << 30))).isEqualTo("12.3 GiB");
        assertThat(Units.seconds(0.123)).isEqualTo("0.123 s");
        assertThat(Units.seconds(250)).isEqualTo("4 min 10 s");
        assertThat(Units.seconds(12_000)).isEqualTo("3 h 20 min");
        assertThat(Units.significant(1234.5)).isEqualTo("1,235");
        assertThat(Units.percent(0.003)).isEqualTo("0.3 %");
        assertThat(Units.percent(1)).isEqualTo("100 %");
    }
}
