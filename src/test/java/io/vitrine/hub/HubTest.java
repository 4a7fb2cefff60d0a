package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.dev.sandbox.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints by name, from a server that behaves as the Hub does. */
final class HubTest {
    private static final HubCheckpointId NAME = HubCheckpointId.parse("acme/vit-small").orElseThrow();

    @TempDir
    private Path home;

    @TempDir
    private Path source;

    private FakeHub server;
    private byte[] weights;

    @BeforeEach
    void start() throws IOException {
        SmallCheckpoint.of("vit", Map.of()).write(source);
        weights = Files.readAllBytes(source.resolve("model.safetensors"));
        Files.writeString(source.resolve("pytorch_model.bin"), "never fetched");
        Files.writeString(source.resolve("README.md"), "never fetched");
        server = new FakeHub().serve("acme/vit-small", source);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Hub hub(String... variables) {
        Map<String, String> environment = new HashMap<>();
        environment.put("HF_ENDPOINT", server.endpoint() + "/");
        environment.put("HF_HOME", home.toString());
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return new Hub(HubSettings.of(environment), 1);
    }

    private Path repository() {
        return home.resolve("hub/models--acme--vit-small");
    }

    @Test
    void fetchesWhatIsUsedIntoTheSharedLayout() throws IOException {
        Hub.Snapshot snapshot = hub().fetch(NAME);
        assertThat(snapshot.name()).hasToString("acme/vit-small@" + FakeHub.COMMIT);
        assertThat(snapshot.folder()).isEqualTo(repository().resolve("snapshots/" + FakeHub.COMMIT));
        assertThat(Checkpoint.open(snapshot.folder()).hasPooler()).isTrue();
        assertThat(repository().resolve("refs/main")).hasContent(FakeHub.COMMIT);
        String etag = FakeHub.etag("model.safetensors", weights);
        assertThat(Files.readSymbolicLink(snapshot.folder().resolve("model.safetensors")))
                .isEqualTo(Path.of("../../blobs/" + etag));
        assertThat(repository().resolve("blobs/" + etag)).hasBinaryContent(weights);
        try (var files = Files.list(snapshot.folder())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("config.json", "preprocessor_config.json", "model.safetensors");
        }
    }

    @Test
    void asksOnlyForTheCommitWhenAllIsThere() {
        hub().fetch(NAME);
        server.requests.clear();
        hub().fetch(NAME);
        assertThat(server.requests).containsExactly("HEAD /acme/vit-small/resolve/main/config.json");
        server.requests.clear();
        hub().fetch(NAME.at(FakeHub.COMMIT));
        hub("HF_HUB_OFFLINE", "1").fetch(NAME);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void usesWhatAPythonUserHasFetched() throws IOException {
        Path snapshot = repository().resolve("snapshots/" + FakeHub.COMMIT);
        Folders.copy(source, snapshot);
        Files.createDirectories(repository().resolve("refs"));
        Files.writeString(repository().resolve("refs/main"), FakeHub.COMMIT);
        assertThat(hub("HF_HUB_OFFLINE", "true").fetch(NAME).folder()).isEqualTo(snapshot);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void goesOnWhereADownloadBrokeOff() {
        server.cuts.addAll(List.of(1000, 500));
        Hub.Snapshot snapshot = hub().fetch(NAME);
        assertThat(snapshot.folder().resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(server.requests)
                .contains("STORE /acme/vit-small/model.safetensors bytes=1000-")
                .contains("STORE /acme/vit-small/model.safetensors bytes=1500-");
    }

    @Test
    void goesOnWhereAnEarlierRunStopped() throws IOException {
        server.cuts.addAll(List.of(500, 0, 0, 0, 0, 0));
        assertThatThrownBy(() -> hub().fetch(NAME))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("Cannot fetch model.safetensors of acme/vit-small@")
                .hasMessageContaining("500 of " + weights.length + " bytes are kept")
                .hasMessageContaining("Run again to go on from there");
        assertThat(repository().resolve("refs/main")).doesNotExist();
        server.requests.clear();
        hub().fetch(NAME);
        assertThat(server.requests).contains("STORE /acme/vit-small/model.safetensors bytes=500-");
    }

    @Test
    void contentsThatAreNotWhatTheHubSaidAreRemoved() throws IOException {
        server.falseContents = weights.clone();
        server.falseContents[weights.length - 1]++;
        assertThatThrownBy(() -> hub().fetch(NAME))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("came with SHA-256")
                .hasMessageContaining("the Hub says " + FakeHub.etag("model.safetensors", weights));
        server.falseContents = new byte[weights.length + 1];
        assertThatThrownBy(() -> hub().fetch(NAME)).hasMessageContaining("more than the " + weights.length + " bytes");
        try (var blobs = Files.list(repository().resolve("blobs"))) {
            assertThat(blobs.filter(blob -> !blob.toString().endsWith("incomplete")))
                    .hasSize(2); // the JSON files
        }
        server.falseContents = null;
        assertThat(hub().fetch(NAME).folder().resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void aGatedRepositoryNeedsTheTokenWhichNobodyElseSees() {
        server.gate("acme/vit-small");
        assertThatThrownBy(() -> hub().fetch(NAME))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("is gated: accept its terms on " + server.endpoint() + "/acme/vit-small and set"
                        + " HF_TOKEN (status 401)");
        assertThatThrownBy(() -> hub("HF_TOKEN", "wrong").fetch(NAME))
                .hasMessageContaining("the one in use may not")
                .hasMessageNotContaining("wrong");
        hub("HF_TOKEN", FakeHub.TOKEN).fetch(NAME); // the store answers a token with an error
    }

    @Test
    void aTokenThatNoHeaderCarriesIsNotShown() {
        assertThatThrownBy(() -> hub("HF_TOKEN", "hf_one\nhf_two"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("holds a space, a line break")
                .hasMessageNotContaining("hf_");
    }

    @Test
    void executorsGetWhatTheDriverHas() throws IOException {
        Files.writeString(home.resolve("token"), FakeHub.TOKEN);
        assertThat(HubSettings.forExecutors(Map.of(
                        "HF_HOME", home.toString(), "HF_HUB_CACHE", "/data", "HF_HUB_OFFLINE", "1", "PATH", "/bin")))
                .containsOnly(
                        Map.entry("HF_HOME", home.toString()),
                        Map.entry("HF_HUB_CACHE", "/data"),
                        Map.entry("HF_HUB_OFFLINE", "1"),
                        Map.entry("HF_TOKEN", FakeHub.TOKEN));
    }

    @Test
    void everyHostTakesTheSameWeightsWhateverItsCacheHolds() throws IOException {
        Path snapshot = repository().resolve("snapshots/" + FakeHub.COMMIT);
        Folders.copy(source, snapshot);
        Files.delete(snapshot.resolve("model.safetensors"));
        hub().fetch(NAME.at(FakeHub.COMMIT));
        assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void aBreakThatCameFurtherIsNoFailure() {
        server.cuts.addAll(List.of(900, 900, 900, 900, 900, 900, 900));
        assertThat(hub().fetch(NAME).folder().resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void theTokenOfALoginIsFound() throws IOException {
        server.gate("acme/vit-small");
        Files.writeString(home.resolve("token"), FakeHub.TOKEN + "\n");
        hub().fetch(NAME);
        HubSettings settings = HubSettings.of(Map.of("HF_HOME", home.toString()));
        assertThat(settings.token()).contains(FakeHub.TOKEN);
        assertThat(settings.toString()).doesNotContain(FakeHub.TOKEN);
    }

    @Test
    void whatIsNotThereIsNamed() throws IOException {
        assertThatThrownBy(() -> hub().fetch(HubCheckpointId.parse("acme/nothing").orElseThrow()))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("No checkpoint acme/nothing@main at " + server.endpoint())
                .hasMessageContaining("and no local folder of this name");
        assertThatThrownBy(() -> hub().fetch(NAME.at("v9"))).hasMessageContaining("has no revision 'v9'");
        assertThat(hub().fetch(NAME.at("refs/pr/1")).name().revision()).isEqualTo(FakeHub.COMMIT);

        Path bare = Files.createDirectories(source.resolve("bare"));
        Files.copy(source.resolve("config.json"), bare.resolve("config.json"));
        server.serve("acme/bare", bare);
        assertThatThrownBy(() -> hub().fetch(HubCheckpointId.parse("acme/bare").orElseThrow()))
                .hasMessageContaining("has no preprocessor_config.json");
        Files.copy(source.resolve("preprocessor_config.json"), bare.resolve("preprocessor_config.json"));
        server.serve("acme/bare", bare);
        assertThatThrownBy(() -> hub().fetch(HubCheckpointId.parse("acme/bare").orElseThrow()))
                .hasMessageContaining("has no weights that can be read");
    }

    @Test
    void shardsAreFetchedThroughTheirIndex() throws IOException {
        Path sharded = Path.of("src/test/resources/oracle/checkpoints/vit-sharded");
        Path copy = source.resolve("sharded");
        Folders.copy(sharded, copy);
        server.serve("acme/sharded", copy);
        Hub.Snapshot snapshot = hub().fetch(HubCheckpointId.parse("acme/sharded").orElseThrow());
        assertThat(Checkpoint.open(snapshot.folder()).hasPooler()).isTrue();
    }

    @Test
    void aRenamedRepositoryIsFollowedAndAFailureOutwaited() {
        server.rename("acme/old", "acme/vit-small");
        server.failures.addAll(List.of(503, 429));
        assertThat(Checkpoint.open(hub().fetch(HubCheckpointId.parse("acme/old").orElseThrow())
                                .folder())
                        .hasPooler())
                .isTrue();
    }

    @Test
    void theCacheServesWhenTheHubCannotBeReached() {
        hub().fetch(NAME);
        String dead = server.endpoint();
        server.close();
        assertThat(hub("HF_ENDPOINT", dead).fetch(NAME).name().revision()).isEqualTo(FakeHub.COMMIT);
        assertThatThrownBy(() -> hub("HF_ENDPOINT", dead)
                        .fetch(HubCheckpointId.parse("acme/other").orElseThrow()))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("Cannot fetch acme/other@main from " + dead)
                .hasMessageContaining("Check the network and HF_ENDPOINT");
        assertThatThrownBy(() -> hub("HF_HUB_OFFLINE", "1")
                        .fetch(HubCheckpointId.parse("acme/other").orElseThrow()))
                .hasMessageContaining("HF_HUB_OFFLINE is set, but acme/other@main is not, or not wholly, in the cache");
    }

    @Test
    void anAnswerCannotNameAFileElsewhere() {
        server.falseEtag = "../../../escaped";
        assertThatThrownBy(() -> hub().fetch(NAME))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("which cannot be. Check HF_ENDPOINT.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/models/vit", "s3a://bucket/vit", "vit", "a/b/c", "../a/b", "a/..", "a/b@../c", "a/b@", "./vit"
            })
    void aPathIsNoName(String path) {
        assertThat(HubCheckpointId.parse(path)).isEmpty();
    }

    @Test
    void namesHaveARevision() {
        assertThat(HubCheckpointId.parse("google/vit-base-patch16-224-in21k"))
                .contains(new HubCheckpointId("google/vit-base-patch16-224-in21k", "main"));
        assertThat(HubCheckpointId.parse("facebook/dinov2-base@v1.0")).contains(new HubCheckpointId("facebook/dinov2-base", "v1.0"));
        assertThat(Optional.of(NAME.at("x"))).contains(new HubCheckpointId("acme/vit-small", "x"));
    }

    @Test
    void theEnvironmentSaysWhereTheCacheIs() {
        String user = System.getProperty("user.home");
        assertThat(HubSettings.of(Map.of()).cache()).isEqualTo(Path.of(user, ".cache/huggingface/hub"));
        assertThat(HubSettings.of(Map.of("HF_HOME", "~/hf")).cache()).isEqualTo(Path.of(user, "hf/hub"));
        assertThat(HubSettings.of(Map.of("HF_HUB_CACHE", "/a")).cache()).isEqualTo(Path.of("/a"));
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "file:///etc")))
                .hasMessageContaining("HF_ENDPOINT is 'file:///etc'");
    }
}
