package io.vitrine.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Another run takes the lease between a run's first look and its note that it holds the lease. */
    public static final class Suspension extends LocalFileSystem {
        static final String REMOVE = "test.remove";
        private boolean over;

        @Override
        public FileStatus[] listStatus(org.apache.hadoop.fs.Path folder) throws IOException {
            FileStatus[] seen = super.listStatus(folder);
            if (!over) {
                over = true;
                if (getConf().getBoolean(REMOVE, false)) {
                    delete(new org.apache.hadoop.fs.Path(folder, "b.json"), false);
                }
                try (OutputStream out = create(new org.apache.hadoop.fs.Path(folder, "c.json"))) {
                    out.write("{\"seconds\": 60, \"held\": true}".getBytes(StandardCharsets.UTF_8));
                }
            }
            return seen;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRunThatWasSuspendedWhileItTookTheLeaseGivesWay(boolean removed) {
        Configuration suspended = new Configuration();
        suspended.setClass("fs.file.impl", Suspension.class, FileSystem.class);
        suspended.setBoolean("fs.file.impl.disable.cache", true);
        suspended.setBoolean(Suspension.REMOVE, removed);
        Path local = folder.resolve("leases-" + removed);
        assertThatThrownBy(() -> OutputLease.take(local.toUri().toString(), "b", MINUTE, suspended))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining(removed ? "was suspended" : "c.json");
        assertThat(local.resolve("b.json")).doesNotExist();
        assertThat(local.resolve("c.json")).exists();
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
