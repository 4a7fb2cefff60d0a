package io.vitrine.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RunIdTest {
    private static final Instant NOW = Instant.parse("2026-01-31T23:59:59.900Z");

    @Test
    void anIdStartsWithTheTimeOfTheRun() {
        assertThat(RunId.after(NOW, List.of())).matches("20260131T235959Z-[0-9a-f]{12}");
        assertThat(RunId.after(NOW, List.of("20260131T235958Z-ffff"))).startsWith("20260131T235959Z-");
    }

    @Test
    void idsAreToldFromNamesOfOtherPrograms() {
        String id = RunId.after(NOW, List.of());
        assertThat(List.of(id, id + "-0001", id + "-deleted")).allMatch(RunId::isOne);
        assertThat(List.of("others", "20260131T235959Z", "20260131T235959Z-abcd", "x" + id, id + "x"))
                .noneMatch(RunId::isOne);
    }

    @Test
    void idsOfOneSecondKeepTheOrderOfTheirRuns() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ids.add(RunId.after(NOW, ids));
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void anIdFollowsThatOfARunWhoseClockWasAhead() {
        List<String> earlier = List.of("20260201T060000Z-abcd-0001", "20260201T060000Z-abcd-deleted", "backfill");
        assertThat(RunId.after(NOW, earlier)).startsWith("20260201T060001Z-");
    }

    @Test
    void runsOfOneSecondThatKnowNothingOfEachOtherHaveDifferentIds() {
        Set<String> ids =
                Stream.generate(() -> RunId.after(NOW, List.of())).limit(20_000).collect(Collectors.toSet());
        assertThat(ids).hasSize(20_000);
    }
}
