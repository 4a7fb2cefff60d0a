package io.vitrine.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases on S3, whose times are whole seconds. */
final class OutputLeaseIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static Configuration configuration;

    private final String leases = store.newFolder("lease-features");

    @BeforeAll
    static void start() {
        store = ObjectStore.start(folder, "lease-features");
        configuration = store.configuration();
        // The first write of a client can take longer than a short lease lives.
        OutputLease.take(store.newFolder("lease-features"), "first", MINUTE, configuration)
                .close();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    private OutputLease take(String holder, Duration lifetime) {
        return OutputLease.take(leases, holder, lifetime, configuration);
    }

    @Test
    void aLeaseThatAnotherRunHoldsIsRefused() {
        store.put(leases + "/dead.json", "x");
        assertThatThrownBy(() -> take("b", MINUTE))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("dead");
        assertThat(store.names(leases)).containsExactly("dead.json");
    }

    @Test
    void theLeaseOfADeadRunExpires() {
        store.put(leases + "/dead.json", "x");
        Duration lifetime = Duration.ofSeconds(1);
        store.awaitOlderThan(leases + "/dead.json", lifetime);
        take("b", lifetime).close();
        assertThat(store.names(leases)).doesNotContain("dead.json");
    }

    @Test
    void aLeaseIsHeldBeyondItsLifetimeBecauseItIsRenewed() {
        Duration lifetime = Duration.ofSeconds(3);
        try (OutputLease lease = take("b", lifetime)) {
            Instant end = store.modified(leases + "/b.json").plus(lifetime);
            Await.until(
                    "the lease is renewed beyond its first lifetime", MINUTE, () -> store.modified(leases + "/b.json")
                            .isAfter(end));
            lease.requireHeld();
        }
    }

    /** Its name is less than the holder's, so it would go first if neither held the lease. */
    @Test
    void aRunThatAsksDoesNotDisturbTheHolder() {
        try (OutputLease lease = take("b", MINUTE)) {
            store.put(leases + "/a.json", "{\"seconds\": 60, \"held\": false}");
            lease.requireHeld();
            store.put(leases + "/a.json", "{\"seconds\": 60, \"held\": true}");
            assertThatThrownBy(lease::requireHeld).isInstanceOf(OutputLease.Lost.class);
            assertThatThrownBy(() -> take("0", MINUTE)).isInstanceOf(OutputConflictException.class);
        }
    }

    @Test
    void aLeaseThatWasGivenBackWithoutADeleteIsFree() {
        store.put(leases + "/a.json", "{\"seconds\": -1, \"held\": true}");
        take("b", MINUTE).close();
    }

    @Test
    void aLeaseWhoseFileWasRemovedIsLost() {
        try (OutputLease lease = take("b", MINUTE)) {
            store.delete(leases + "/b.json");
            assertThatThrownBy(lease::requireHeld)
                    .isInstanceOf(OutputLease.Lost.class)
                    .hasMessageContaining("was removed");
        }
    }
}
