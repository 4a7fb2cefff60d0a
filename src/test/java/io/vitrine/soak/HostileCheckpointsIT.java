package io.vitrine.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.graph.OnnxModel;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every hostile checkpoint ends in one message that names its folder or the converted copy, soon and without much memory. Reading one does what the driver of a
 * run does before it starts any work.
 */
final class HostileCheckpointsIT {
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final int MAX_MESSAGE = 4500;

    /** The demo's own reading takes about 20 MB. */
    private static final long FIXED_BYTES = 150_000_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    @TempDir
    private Path cache;

    static List<HostileCheckpoint> checkpoints() {
        return HostileCheckpoint.all();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void aHostileCheckpointEndsInOneMessage(HostileCheckpoint hostile) throws IOException {
        Path checkpoint = hostile.write(folder);
        long allowed = FIXED_BYTES + 8 * bytes(checkpoint);
        long allocated = assertTimeoutPreemptively(TIME, () -> {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            if (hostile.outcome() == HostileCheckpoint.Outcome.HARMLESS) {
                read(checkpoint);
            } else {
                assertThatThrownBy(() -> read(checkpoint))
                        .isInstanceOf(VitrineException.class)
                        .satisfies(e -> assertThat(e.getMessage())
                                .containsAnyOf(checkpoint.toString(), cache.toString())
                                .hasSizeLessThan(MAX_MESSAGE)
                                .doesNotContainPattern("[\\p{Cntrl}&&[^\\n]]"));
            }
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        });
        assertThat(allocated).isLessThan(allowed);
        assertThat(Path.of("PWNED")).doesNotExist();
    }

    private void read(Path checkpoint) {
        Path local = CheckpointFetcher.fetch(checkpoint.toString(), cache, new Configuration())
                .folder();
        ModelPlan plan = ModelPlan.of(local, Optional.empty());
        OnnxModel graph = OnnxModel.print(plan.request(List.of("pooler_output")));
        WeightChecks.requireFinite(graph.weights().values());
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
