package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.TooManyFailuresException;
import io.vitrine.job.plan.ImageCounts;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.report.RunDetails;
import io.vitrine.report.RunRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FailureCheckTest {
    private static FailureCheck check(String limit, long toDo, long retried, Map<String, Long> done) {
        Map<String, String> examples = new TreeMap<>();
        done.keySet().forEach(status -> examples.put(status, "in/old-" + status + ".jpg"));
        return new FailureCheck(
                FailureLimit.parse(limit),
                new ImageCounts(toDo, retried, new TreeMap<>(done), new TreeMap<>(examples)));
    }

    private static RunRecord record(Map<String, Long> images) {
        List<RunRecord.Example> examples = images.keySet().stream()
                .filter(status -> !status.equals("ok"))
                .map(status -> new RunRecord.Example(status, "in/" + status + ".jpg", "it is " + status))
                .toList();
        long total = images.values().stream().mapToLong(Long::longValue).sum();
        return new RunRecord(
                new RunRecord.Run("r1", "2026-01-01T00:00:00Z", 2),
                new RunRecord.Places(List.of("in"), "out", "parquet"),
                new RunRecord.Model("m", "vit", "f", 1, "224x224", "none"),
                List.of(),
                new RunRecord.Results(images, examples, total, 0, Map.of(), 1, 5),
                new RunRecord.Execution(1, 8, "fp32", "onnxruntime", Map.of(), 0),
                new RunRecord.Usage(List.of(), List.of(), Map.of(), new RunRecord.Peak(1, 1)),
                RunRecord.Decoding.onCpu("--decode-on cpu"),
                RunDetails.NONE,
                Map.of(),
                List.of());
    }

    @Test
    void aShareOfTheInputMayFail() {
        FailureCheck check = check("50%", 10, 0, Map.of());
        assertThatCode(() -> check.require(record(Map.of("ok", 5L, "corrupt", 5L))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> check.require(record(Map.of("ok", 4L, "corrupt", 6L))))
                .isInstanceOf(TooManyFailuresException.class);
    }

    @Test
    void theMessageHasNumbersTheMostFrequentReasonsAndTheNextStep() {
        FailureCheck check = check("1%", 1000, 0, Map.of("truncated", 30L, "ok", 70L));
        Map<String, Long> images = Map.of("ok", 500L, "corrupt", 1L, "unreadable", 400L, "empty", 99L);
        assertThatThrownBy(() -> check.require(record(images)))
                .hasMessage("Too many images failed: 530 of 1,100; the limit is 1% (--max-failures)."
                        + " 400 unreadable, such as in/unreadable.jpg (it is unreadable)."
                        + " 99 empty, such as in/empty.jpg (it is empty)."
                        + " 30 truncated in earlier runs, such as in/old-truncated.jpg."
                        + " The rows of this run's 1,000 images are committed. Repair the cause and run again. The next run"
                        + " tries images again that are out_of_memory, timed_out, crashed, missing, changed, unreadable;"
                        + " with --retry-failed it tries all that failed. If so many failures are normal for this input,"
                        + " raise --max-failures.");
    }

    @Test
    void failuresOfEarlierRunsCountEvenIfNothingIsToDo() {
        FailureCheck check = check("50%", 0, 0, Map.of("corrupt", 40L));
        assertThatThrownBy(() -> check.require(record(Map.of())))
                .isInstanceOf(TooManyFailuresException.class)
                .hasMessageContaining("40 of 40; ")
                .hasMessageContaining("This run had nothing to do.");
    }

    @Test
    void newImagesAreJudgedAloneToo() {
        FailureCheck check = check("50%", 1000, 0, Map.of("ok", 1_000_000L));
        assertThatThrownBy(() -> check.require(record(Map.of("unreadable", 1000L))))
                .hasMessageContaining("1,000 of 1,000 new ones");
        assertThatCode(() -> check.require(record(Map.of("unreadable", 500L, "ok", 500L))))
                .doesNotThrowAnyException();
    }

    @Test
    void aFewNewImagesAreNotJudgedAlone() {
        FailureCheck check = check("50%", FailureCheck.MIN_NEW_IMAGES - 1, 0, Map.of("ok", 1_000_000L));
        assertThatCode(() -> check.require(record(Map.of("corrupt", FailureCheck.MIN_NEW_IMAGES - 1L))))
                .doesNotThrowAnyException();
    }

    @Test
    void imagesThatFailEveryNightDoNotFailTheRun() {
        FailureCheck check = check("50%", 5000, 5000, Map.of("ok", 1_000_000L));
        assertThatCode(() -> check.require(record(Map.of("missing", 5000L)))).doesNotThrowAnyException();
    }

    @Test
    void aRunStopsOnceTheOtherImagesCannotSaveIt() {
        FailureCheck check = check("10%", 10_000, 0, Map.of());
        assertThat(Stream.of(999L, 1000L, 1001L).map(check::shouldStop)).containsExactly(false, false, true);
    }

    @Test
    void theMessageOfARunThatStoppedEarlySaysWhatIsLeft() {
        assertThatThrownBy(() -> check("10%", 10_000, 0, Map.of()).require(record(Map.of("ok", 99L, "empty", 1001L))))
                .hasMessageContaining(
                        "The rows of this run's 1,100 images are committed. It stopped before the other 8,900.");
    }

    @Test
    void earlierFailuresDoNotKeepARunFromItsNewImages() {
        FailureCheck check = check("50%", 10, 0, Map.of("corrupt", 40L));
        assertThat(check.shouldStop(0)).isFalse();
        assertThat(check.shouldStop(10)).isFalse();
    }
}
