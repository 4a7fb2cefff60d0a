package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every answer of a hostile Hub ends in one message, in bounded time, and nothing leaves the cache's folder. */
@Tag("slow")
final class HostileHubTest {
    private static final String TOKEN = "hf_secret";
    private static final HubPace FAST =
            new HubPace(1, Duration.ofMillis(300), Duration.ofMillis(200), 1000, Duration.ofSeconds(1));

    @TempDir
    private Path home;

    private HostileHub server;

    @BeforeEach
    void start() throws IOException {
        server = new HostileHub();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void fetch(String organisation) {
        HubSettings settings = HubSettings.of(Map.of(
                "HF_ENDPOINT", server.endpoint(), "HF_HOME", home.resolve("hf").toString(), "HF_TOKEN", TOKEN));
        new Hub(settings, FAST)
                .fetch(HubCheckpointId.parse(organisation + "/vit").orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "file, the scheme 'file'",
        "metadata, a link-local address",
        "mapped, a link-local address",
        "user, an address with a user",
        "loop, redirects more than 10 times",
        "etag, which are not valid",
        "commit, which are not valid",
        "huge, more than the",
        "garbage, Cannot fetch garbage/vit@main",
        "silence, no answer within 300 ms",
        "headers, no answer within 300 ms",
        "trickle, config.json",
        "endless, config.json",
        "errors, status 500"
    })
    void everyAnswerEndsInOneMessage(String organisation, String message) throws IOException {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThatThrownBy(() -> fetch(organisation))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining(TOKEN));
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files).noneMatch(file -> file.toString().contains("PWNED"));
        }
        assertThat(server.leaked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "drip, 300, within 300 ms, io.vitrine.StorageException",
        "slow, 300, within 300 ms, io.vitrine.StorageException",
        "large, 15000, more than the 16777216 bytes, io.vitrine.ModelException"
    })
    void everyListOfFilesEndsInOneMessage(String organisation, int millis, String message, Class<?> kind) {
        HubPace pace = new HubPace(1, Duration.ofMillis(millis), FAST.window(), FAST.leastBytes(), FAST.grace());
        HubSettings settings = HubSettings.of(Map.of(
                "HF_ENDPOINT", server.endpoint(), "HF_HOME", home.resolve("hf").toString()));
        HubCheckpointId id =
                HubCheckpointId.parse(organisation + "/vit@" + "a".repeat(40)).orElseThrow();
        SnapshotFetcher fetcher = new SnapshotFetcher(
                settings,
                new HubClient(settings, pace),
                pace,
                new HubRepositoryCache(settings.cache(), id.repository()),
                id);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(fetcher::fileNames).isInstanceOf(kind).hasMessageContaining(message));
    }

    @Test
    void theTokenIsNotSentToAnotherPortOfTheHost() {
        assertThatThrownBy(() -> fetch("other")).isInstanceOf(VitrineException.class);
        assertThat(server.leaked).isEmpty();
    }
}
