package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.StorageException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.convert.Conversion;
import io.vitrine.convert.TorchFile;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints whose weights are a {@code .pth} file of any name, from the Hub and from shared storage. */
final class TorchHubFilesTest {
    private static final HubCheckpointId ID =
            HubCheckpointId.parse("acme/dinov2").orElseThrow();
    private static final String NAME = "dinov2_vits14 (1) \u00e9%.pth";

    @TempDir
    private Path home;

    @TempDir
    private Path source;

    @TempDir
    private Path cache;

    private final SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of());
    private FakeHub server;

    @BeforeEach
    void start() throws IOException {
        small.writeConfig(source);
        TorchFile.write(small, List.copyOf(small.shapes().keySet()), source.resolve(NAME));
        server = new FakeHub();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Hub.Snapshot fetch(String... variables) throws IOException {
        return fetch(ID, variables);
    }

    private Hub.Snapshot fetch(HubCheckpointId id, String... variables) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("HF_ENDPOINT", server.serve("acme/dinov2", source).endpoint());
        environment.put("HF_HOME", home.toString());
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        HubPace pace = HubPace.DEFAULT;
        return new Hub(
                        HubSettings.of(environment),
                        new HubPace(1, pace.answer(), pace.window(), pace.leastBytes(), pace.grace()))
                .fetch(id);
    }

    private void assertReadable(Path folder) {
        assertThat(Checkpoint.open(Conversion.toSafetensors(folder, cache))
                        .weights()
                        .tensorNames())
                .containsExactlyInAnyOrderElementsOf(small.shapes().keySet());
    }

    @Test
    void theHubsIsFetchedByItsName() throws IOException {
        Files.writeString(source.resolve("rng_state.pth"), "never fetched");
        Path snapshot = fetch().folder();
        assertThat(snapshot.resolve(NAME)).hasSameBinaryContentAs(source.resolve(NAME));
        assertThat(snapshot.resolve("rng_state.pth")).doesNotExist();
        assertReadable(snapshot);
        server.requests.clear();
        assertReadable(fetch("HF_HUB_OFFLINE", "1").folder());
        assertThat(server.requests).isEmpty();
    }

    @Test
    void theHubIsAskedForNoListWhereAKnownNameIsThere() throws IOException {
        small.write(source);
        assertThat(fetch().folder().resolve(NAME)).doesNotExist();
        assertThat(server.requests).noneMatch(request -> request.contains("/api/"));
    }

    @Test
    void ofSeveralOnTheHubNoneIsTaken() throws IOException {
        Files.writeString(source.resolve("a.pth"), "which?");
        assertThatThrownBy(this::fetch)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("The Hub's acme/dinov2@main has no weights that can be read")
                .hasMessageContaining("It holds 2 .pth files (a.pth, " + NAME + "), and nothing says which");
        assertThat(server.requests).noneMatch(request -> request.startsWith("STORE"));
    }

    @Test
    void aHubThatCannotListFilesNowIsAskedAgainLater() throws IOException {
        server.serve("acme/dinov2", source).listFailures.addAll(List.of(500, 503, 429));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot fetch the list of files of acme/dinov2@" + FakeHub.COMMIT)
                .hasMessageContaining("status 429")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.TRANSIENT);
        assertReadable(fetch().folder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"e\u0301.pth", "\u00e9.pth", "a+b&c=d;e?f#g:h@i.pth", "\ud83d\ude00.pth", "%C3%A9.pth"})
    void itsNameIsAskedForAsTheListGivesIt(String name) throws IOException {
        Files.move(source.resolve(NAME), source.resolve(name));
        assertThat(fetch().folder().resolve(name)).hasSameBinaryContentAs(source.resolve(name));
    }

    @Test
    void aCompleteCacheTakesNoRequestForACommit() throws IOException {
        Path snapshot = fetch().folder();
        server.requests.clear();
        assertThat(fetch(ID.at(FakeHub.COMMIT)).folder()).isEqualTo(snapshot);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void theCacheIsUsedWhereTheHubCannotListFilesNow() throws IOException {
        Path snapshot = fetch().folder();
        forgetTheList();
        server.listFailures.addAll(List.of(500, 503, 429));
        assertThat(fetch().folder()).isEqualTo(snapshot);
        assertThat(server.listFailures).isEmpty(); // it was asked
        assertThat(server.requests.get(server.requests.size() - 1)).contains("/api/models/acme/dinov2/");
    }

    @Test
    void offlineACachedOneOfSeveralIsRefused() throws IOException {
        fetch();
        forgetTheList();
        Files.writeString(source.resolve("a.pth"), "which?");
        assertThatThrownBy(this::fetch).hasMessageContaining("It holds 2 .pth files");
        assertThatThrownBy(() -> fetch("HF_HUB_OFFLINE", "1"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("although the cache holds " + NAME)
                .hasMessageContaining("It holds 2 .pth files (a.pth, " + NAME + ")");
    }

    /** As if Python had fetched the file. */
    private void forgetTheList() throws IOException {
        Files.delete(home.resolve("hub/models--acme--dinov2/.file_lists/" + FakeHub.COMMIT));
    }

    @Test
    void anOldOneOnTheHubIsRefusedByItsFirstBytes() throws IOException {
        Files.write(source.resolve(NAME), new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 0});
        assertThatThrownBy(this::fetch)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("its " + NAME + " is in the form of PyTorch before version 1.6");
    }

    @Test
    void thatOfSharedStorageIsCopied() throws IOException {
        Files.writeString(source.resolve("._" + NAME), "never copied");
        assertReadable(fetchRemote());
        assertThat(Folders.filesBelow(cache))
                .extracting(file -> file.getFileName().toString())
                .contains(NAME)
                .doesNotContain("._" + NAME);
    }

    @Test
    void ofSeveralOnSharedStorageNoneIsTaken() throws IOException {
        Files.writeString(source.resolve("a.pth"), "which?");
        assertThatThrownBy(this::fetchRemote)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("No checkpoint in remote:" + source)
                .hasMessageContaining("It holds 2 .pth files (a.pth, " + NAME + ")");
    }

    private Path fetchRemote() {
        Configuration configuration = new Configuration();
        configuration.set("fs.remote.impl", RemoteFileSystem.class.getName());
        configuration.setBoolean("fs.remote.impl.disable.cache", true);
        return CheckpointFetcher.fetch("remote://" + source, cache, configuration)
                .folder();
    }
}
