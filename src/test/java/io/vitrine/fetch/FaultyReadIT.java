package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.Omissions;
import io.vitrine.testkit.Fault;
import io.vitrine.testkit.FaultProxy;
import io.vitrine.testkit.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of objects whose reads fail, on a real store behind {@link FaultProxy}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultyReadIT {
    private static final int OBJECTS = 40;
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @TempDir
    private static Path folder;

    private ObjectStore store;
    private FaultProxy proxy;
    private Configuration configuration;

    @BeforeAll
    void start() {
        store = ObjectStore.start(folder, "faulty-reads");
        proxy = FaultProxy.start(store.server().endpoint(), 7);
        for (int i = 100; i < 100 + OBJECTS; i++) {
            store.put("s3a://faulty-reads/a/" + i, text(i));
        }
        configuration = store.configuration();
        proxy.clientSettings().forEach(configuration::set);
    }

    @AfterEach
    void heal() throws Exception {
        proxy.bringBack();
        proxy.inject();
        assertThat(read()).isEqualTo(whole());
    }

    @AfterAll
    void stop() {
        proxy.close();
        store.close();
    }

    @ParameterizedTest
    @MethodSource("io.vitrine.testkit.Fault#passing")
    void aFaultThatPassesCostsNothing(Fault fault) throws Exception {
        proxy.inject(FaultProxy.Rule.of("GET /faulty-reads/a/", fault, 0.2));
        assertThat(read()).isEqualTo(whole());
        assertThat(proxy.hits("GET /faulty-reads/a/")).isPositive();
    }

    @Test
    void anObjectThatTheStoreNeverDeliversIsUnreadableWithTheStoresAnswer() throws Exception {
        proxy.inject(FaultProxy.Rule.always("GET /faulty-reads/a/103", Fault.STATUS_500));
        assertOnlyUnreadable(
                "103",
                "the storage did not deliver it within \\d\\.\\d s, retries included: HTTP 500 InternalError, request FAULT:"
                        + " injected");
        assertThat(proxy.hits("/103")).isEqualTo(14); // 2 requests of the SDK, 7 times by S3A
    }

    @ParameterizedTest
    @EnumSource(names = {"STALL", "SILENCE", "TRICKLE"})
    void anObjectThatHangsIsUnreadableWithinItsTime(Fault fault) throws Exception {
        proxy.inject(FaultProxy.Rule.always("GET /faulty-reads/a/10[37]", fault));
        long start = System.nanoTime();
        Map<String, String> read = read();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(3));
        assertThat(read.get("103")).startsWith("too slow: ").endsWith(" (--object-timeout, --object-rate)");
        assertThat(read.values().stream().filter(text -> text.startsWith("image ")))
                .hasSize(OBJECTS - 2);
    }

    @Test
    void anObjectThatMayNotBeReadIsUnreadableAtOnce() throws Exception {
        proxy.inject(FaultProxy.Rule.always("GET /faulty-reads/a/103", Fault.STATUS_403));
        assertOnlyUnreadable("103", "access denied: HTTP 403 AccessDenied, request FAULT: injected");
        assertThat(proxy.hits("/103")).isEqualTo(1);
    }

    @Test
    void anObjectWhoseBodyIsAlwaysTooShortIsUnreadable() throws Exception {
        proxy.inject(FaultProxy.Rule.always("GET /faulty-reads/a/103", Fault.WRONG_LENGTH));
        assertOnlyUnreadable(
                "103",
                "the storage did not deliver it within \\d\\.\\d s, retries included: the store sends 8 of 16 bytes, and says no"
                        + " more");
    }

    @Test
    void expiredCredentialsStopTheRun() {
        proxy.inject(FaultProxy.Rule.always("GET /faulty-reads/a/", Fault.EXPIRED_TOKEN));
        assertThatThrownBy(this::read)
                .isInstanceOf(StorageException.class)
                .hasMessageContainingAll(
                        "Cannot read many images in a row, the last of them s3a://faulty-reads/a/1",
                        "the store does not accept the credentials, or they have expired",
                        "HTTP 400 ExpiredToken")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.PERMANENT);
    }

    @Test
    void aStoreThatDiesStopsTheRun() {
        List<ImageRef> refs = list();
        proxy.shutDown();
        assertThatThrownBy(() -> read(refs))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot read many images in a row, the last of them s3a://faulty-reads/a/1")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.TRANSIENT);
    }

    private void assertOnlyUnreadable(String name, String message) throws Exception {
        Map<String, String> read = read();
        assertThat(read.remove(name)).matches(message);
        Map<String, String> others = whole();
        others.remove(name);
        assertThat(read).isEqualTo(others);
    }

    private static String text(int number) {
        return "image " + number + " of 100";
    }

    private static Map<String, String> whole() {
        Map<String, String> texts = new TreeMap<>();
        for (int i = 100; i < 100 + OBJECTS; i++) {
            texts.put(Integer.toString(i), text(i));
        }
        return texts;
    }

    private List<ImageRef> list() {
        return new ImageLister(configuration, "*", new Omissions())
                .list(List.of("s3a://faulty-reads/a"), 1000)
                .orElseThrow();
    }

    private Map<String, String> read() {
        return read(list());
    }

    /** Each object's text, or why it was not read, by its name. */
    private Map<String, String> read(List<ImageRef> refs) {
        Map<String, String> texts = new TreeMap<>();
        ObjectReader reader = new ObjectReader(configuration, 1 << 20, new ReadLimits(TIMEOUT, 1024));
        try (Prefetch<ImageRef> prefetch =
                new Prefetch<>(new ArrayList<>(refs).iterator(), r -> r, reader, 8, 1 << 20)) {
            prefetch.forEachRemaining(
                    fetched -> texts.put(fetched.item().path().replaceFirst(".*/", ""), text(fetched)));
        }
        return texts;
    }

    private static String text(Fetched<ImageRef> fetched) {
        try {
            FileBytes bytes = fetched.bytes();
            return new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.UTF_8);
        } catch (ImageRejectedException e) {
            return e.getMessage();
        }
    }
}
