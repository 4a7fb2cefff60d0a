package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.StorageException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints by name, from a server that behaves like the Hub. */
final class HubTest {
    private static final HubCheckpointId ID =
            HubCheckpointId.parse("acme/vit-small").orElseThrow();

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
        return new Hub(HubSettings.of(environment), FAST);
    }

    private Path repository() {
        return home.resolve("hub/models--acme--vit-small");
    }

    /** The default, without its pause. */
    private static final HubPace FAST = new HubPace(
            1,
            HubPace.DEFAULT.answer(),
            HubPace.DEFAULT.window(),
            HubPace.DEFAULT.leastBytes(),
            HubPace.DEFAULT.grace());

    @Test
    void aCachedFileWithoutItsDigestIsFetchedAgain() throws IOException {
        hub().fetch(ID);
        Path blob = repository().resolve("blobs/" + FakeHub.etag("model.safetensors", weights));
        byte[] other = weights.clone();
        other[other.length - 1] ^= 1;
        Files.write(blob, other);
        assertThat(hub().fetch(ID.at(FakeHub.COMMIT)).folder().resolve("model.safetensors"))
                .hasBinaryContent(weights);
    }

    @Test
    void offlineACachedFileWithoutItsDigestIsNotUsed() throws IOException {
        hub().fetch(ID);
        Files.write(repository().resolve("blobs/" + FakeHub.etag("model.safetensors", weights)), new byte[9]);
        assertThatThrownBy(() -> hub("HF_HUB_OFFLINE", "1").fetch(ID)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aCacheThatEverybodyCanWriteToIsRefused() throws IOException {
        hub().fetch(ID);
        Path blobs = repository().resolve("blobs");
        Files.setPosixFilePermissions(blobs, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("everybody can write to " + blobs);
    }

    @Test
    void requiredFilesAreFetchedIntoTheSharedLayout() throws IOException {
        Hub.Snapshot snapshot = hub().fetch(ID);
        assertThat(snapshot.id()).hasToString("acme/vit-small@" + FakeHub.COMMIT);
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
    void aCompleteCacheTakesOneRequestForTheCommit() {
        hub().fetch(ID);
        server.requests.clear();
        hub().fetch(ID);
        assertThat(server.requests).containsExactly("HEAD /acme/vit-small/resolve/main/config.json");
    }

    @Test
    void aCompleteCacheTakesNoRequestForACommitOrOffline() {
        hub().fetch(ID);
        server.requests.clear();
        hub().fetch(ID.at(FakeHub.COMMIT));
        hub("HF_HUB_OFFLINE", "1").fetch(ID);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void filesThatPythonFetchedAreUsed() throws IOException {
        Path snapshot = repository().resolve("snapshots/" + FakeHub.COMMIT);
        Folders.copy(source, snapshot);
        Files.createDirectories(repository().resolve("refs"));
        Files.writeString(repository().resolve("refs/main"), FakeHub.COMMIT);
        assertThat(hub("HF_HUB_OFFLINE", "true").fetch(ID).folder()).isEqualTo(snapshot);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void aBrokenDownloadContinues() {
        server.cuts.addAll(List.of(1000, 500));
        Hub.Snapshot snapshot = hub().fetch(ID);
        assertThat(snapshot.folder().resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(server.requests)
                .contains("STORE /acme/vit-small/model.safetensors bytes=1000-")
                .contains("STORE /acme/vit-small/model.safetensors bytes=1500-");
    }

    @Test
    void aDownloadOfAnEarlierRunContinues() throws IOException {
        server.cuts.addAll(List.of(500, 0, 0, 0, 0, 0));
        assertThatThrownBy(() -> hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot fetch model.safetensors of acme/vit-small@")
                .hasMessageContaining("500 of " + weights.length + " bytes are kept")
                .hasMessageContaining("Run again to go on from there")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.TRANSIENT);
        assertThat(repository().resolve("refs/main")).doesNotExist();
        server.requests.clear();
        hub().fetch(ID);
        assertThat(server.requests).contains("STORE /acme/vit-small/model.safetensors bytes=500-");
    }

    @Test
    void contentsOfAnotherHashAreRefused() throws IOException {
        server.falseContents = weights.clone();
        server.falseContents[weights.length - 1]++;
        assertThatThrownBy(() -> hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("came with SHA-256")
                .hasMessageContaining("the Hub says " + FakeHub.etag("model.safetensors", weights));
        assertWeightsAreFetchedAgain();
    }

    @Test
    void contentsOfAnotherLengthAreRefused() throws IOException {
        server.falseContents = new byte[weights.length + 1];
        assertThatThrownBy(() -> hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("more than the " + weights.length + " bytes");
        assertWeightsAreFetchedAgain();
    }

    private void assertWeightsAreFetchedAgain() throws IOException {
        try (var blobs = Files.list(repository().resolve("blobs"))) {
            assertThat(blobs.filter(blob -> !blob.toString().endsWith("incomplete")))
                    .hasSize(2); // the JSON files
        }
        server.falseContents = null;
        assertThat(hub().fetch(ID).folder().resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void aGatedRepositoryNeedsAToken() {
        server.gate("acme/vit-small");
        assertThatThrownBy(() -> hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("is gated: accept its terms on " + server.endpoint() + "/acme/vit-small and set"
                        + " HF_TOKEN (status 401)")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.PERMANENT);
    }

    @Test
    void aWrongTokenIsNotShown() {
        server.gate("acme/vit-small");
        assertThatThrownBy(() -> hub("HF_TOKEN", "wrong").fetch(ID))
                .hasMessageContaining("the one in use may not")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void onlyTheEndpointSeesTheToken() {
        server.gate("acme/vit-small");
        hub("HF_TOKEN", FakeHub.TOKEN).fetch(ID); // the store refuses requests with a token
        assertThat(server.requests).contains("STORE /acme/vit-small/model.safetensors");
    }

    @Test
    void aTokenThatNoHeaderCanCarryIsNotShown() {
        assertThatThrownBy(() -> hub("HF_TOKEN", "hf_one\nhf_two"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("holds a space, a line break")
                .hasMessageNotContaining("hf_");
    }

    @Test
    void executorsGetTheDriversSettingsWithoutItsToken() throws IOException {
        Files.writeString(home.resolve("token"), FakeHub.TOKEN);
        assertThat(HubSettings.forExecutors(Map.of(
                        "HF_HOME", home.toString(), "HF_HUB_CACHE", "/data", "HF_HUB_OFFLINE", "1", "HF_TOKEN", "x")))
                .containsOnly(
                        Map.entry("HF_HOME", home.toString()),
                        Map.entry("HF_HUB_CACHE", "/data"),
                        Map.entry("HF_HUB_OFFLINE", "1"));
    }

    @Test
    void anExecutorWithoutATokenUsesTheDrivers() throws IOException {
        server.gate("acme/vit-small");
        Files.writeString(home.resolve("token"), FakeHub.TOKEN);
        HubToken token = HubToken.forExecutors("acme/vit-small@" + FakeHub.COMMIT, Map.of("HF_HOME", home.toString()));
        HubSettings executor = HubSettings.of(
                Map.of("HF_HOME", home.resolve("executor").toString(), "HF_ENDPOINT", server.endpoint()));
        assertThat(new Hub(executor.orToken(token), FAST).fetch(ID).folder().resolve("model.safetensors"))
                .hasBinaryContent(weights);
        assertThat(token.toString()).doesNotContain(FakeHub.TOKEN);
    }

    @Test
    void executorsGetATokenForACheckpointOnTheHubOnly() {
        Map<String, String> environment = Map.of("HF_TOKEN", FakeHub.TOKEN, "HF_HOME", home.toString());
        assertThat(HubToken.forExecutors("/models/vit", environment)).isEqualTo(HubToken.NONE);
        assertThat(HubToken.forExecutors("s3a://bucket/vit", environment)).isEqualTo(HubToken.NONE);
    }

    @Test
    void anEndpointWithCredentialsIsRefusedWithoutThem() {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "https://user:SECRET@hub")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("HF_ENDPOINT")
                .hasMessageNotContaining("SECRET");
    }

    @Test
    void everyHostUsesTheSameWeightsWhateverItsCacheHolds() throws IOException {
        Path snapshot = repository().resolve("snapshots/" + FakeHub.COMMIT);
        Folders.copy(source, snapshot);
        Files.delete(snapshot.resolve("model.safetensors"));
        hub().fetch(ID.at(FakeHub.COMMIT));
        assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void anAttemptThatBroughtBytesDoesNotCountAsFailed() {
        server.cuts.addAll(List.of(900, 900, 900, 900, 900, 900, 900));
        assertThat(hub().fetch(ID).folder().resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void theTokenOfALoginIsUsed() throws IOException {
        server.gate("acme/vit-small");
        Files.writeString(home.resolve("token"), FakeHub.TOKEN + "\n");
        hub().fetch(ID);
        HubSettings settings = HubSettings.of(Map.of("HF_HOME", home.toString()));
        assertThat(settings.token()).contains(FakeHub.TOKEN);
        assertThat(settings.toString()).doesNotContain(FakeHub.TOKEN);
    }

    @Test
    void aMissingRepositoryIsNamed() {
        assertThatThrownBy(() -> hub().fetch(id("acme/nothing")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("No checkpoint acme/nothing@main at " + server.endpoint())
                .hasMessageContaining("and no local folder of this name");
    }

    @Test
    void aMissingRevisionIsNamed() {
        assertThatThrownBy(() -> hub().fetch(ID.at("v9")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no revision 'v9'");
    }

    @Test
    void aRevisionMayHaveSlashes() {
        assertThat(hub().fetch(ID.at("refs/pr/1")).id().revision()).isEqualTo(FakeHub.COMMIT);
    }

    @Test
    void aRepositoryWithoutPreprocessorIsNamed() throws IOException {
        serve("acme/bare", "config.json");
        assertThatThrownBy(() -> hub().fetch(id("acme/bare")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no preprocessor_config.json or processor_config.json");
    }

    @Test
    void theProcessorOfTransformers5IsFetched() throws IOException {
        Path part = Files.createDirectories(source.resolve("part"));
        Files.writeString(
                part.resolve("processor_config.json"),
                "{\"image_processor\": " + Files.readString(source.resolve("preprocessor_config.json")) + "}");
        serve("acme/five", "config.json", "model.safetensors");
        Path folder = hub().fetch(id("acme/five")).folder();
        assertThat(PreprocessorFile.find(folder).file()).isEqualTo(folder.resolve("processor_config.json"));
        server.requests.clear();
        hub().fetch(id("acme/five"));
        assertThat(server.requests).containsExactly("HEAD /acme/five/resolve/main/config.json");
    }

    @Test
    void aProcessorThatPythonDidNotFetchIsFetched() throws IOException {
        Folders.copy(source, repository().resolve("snapshots/" + FakeHub.COMMIT));
        Files.writeString(source.resolve("processor_config.json"), "{\"image_processor\": {\"size\": 24}}");
        server.serve("acme/vit-small", source);
        Path folder = hub().fetch(ID.at(FakeHub.COMMIT)).folder();
        assertThat(PreprocessorFile.find(folder).file()).isEqualTo(folder.resolve("processor_config.json"));
    }

    @Test
    void timmsConfigNeedsNoPreprocessor() throws IOException {
        Path part = Files.createDirectories(source.resolve("part"));
        Files.writeString(
                part.resolve("config.json"), "{\"architecture\": \"vit_tiny_patch16_224\", \"pretrained_cfg\": {}}");
        serve("acme/timm", "model.safetensors");
        Path folder = hub().fetch(id("acme/timm")).folder();
        assertThat(PreprocessorFile.find(folder).file()).isEqualTo(folder.resolve("config.json"));
    }

    @Test
    void aRepositoryWithoutWeightsIsNamed() throws IOException {
        serve("acme/bare", "config.json", "preprocessor_config.json");
        assertThatThrownBy(() -> hub().fetch(id("acme/bare")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no weights that can be read");
    }

    private void serve(String repository, String... files) throws IOException {
        Path folder = Files.createDirectories(source.resolve("part"));
        for (String file : files) {
            Files.copy(source.resolve(file), folder.resolve(file));
        }
        server.serve(repository, folder);
    }

    @Test
    void shardsAreFetchedThroughTheirIndex() throws IOException {
        Path sharded = Path.of("src/test/resources/oracle/checkpoints/vit-sharded");
        Path copy = source.resolve("sharded");
        Folders.copy(sharded, copy);
        server.serve("acme/sharded", copy);
        Hub.Snapshot snapshot = hub().fetch(id("acme/sharded"));
        assertThat(Checkpoint.open(snapshot.folder()).hasPooler()).isTrue();
    }

    @Test
    void aRenamedRepositoryIsFollowed() {
        server.rename("acme/old", "acme/vit-small");
        assertThat(Checkpoint.open(hub().fetch(id("acme/old")).folder()).hasPooler())
                .isTrue();
    }

    @Test
    void aRequestThatFailsIsRepeated() {
        server.failures.addAll(List.of(503, 429));
        assertThat(Checkpoint.open(hub().fetch(ID).folder()).hasPooler()).isTrue();
    }

    @Test
    void theCacheIsUsedWhenTheHubCannotBeReached() {
        hub().fetch(ID);
        String dead = server.endpoint();
        server.close();
        assertThat(hub("HF_ENDPOINT", dead).fetch(ID).id().revision()).isEqualTo(FakeHub.COMMIT);
    }

    @Test
    void aHubThatCannotBeReachedIsTransient() {
        String dead = server.endpoint();
        server.close();
        assertThatThrownBy(() -> hub("HF_ENDPOINT", dead).fetch(id("acme/other")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot fetch acme/other@main from " + dead)
                .hasMessageContaining("Check the network and HF_ENDPOINT")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.TRANSIENT);
    }

    @Test
    void offlineACheckpointMustBeInTheCache() {
        assertThatThrownBy(() -> hub("HF_HUB_OFFLINE", "1").fetch(id("acme/other")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("HF_HUB_OFFLINE is set, but acme/other@main is not completely in the cache");
    }

    @Test
    void aCacheThatCannotBeWrittenIsPermanent() throws IOException {
        Files.createDirectories(repository());
        Files.writeString(repository().resolve("snapshots"), "not a folder");
        assertThatThrownBy(() -> hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot write acme/vit-small@main to the Hub's cache " + home.resolve("hub"))
                .hasMessageContaining("HF_HOME")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.PERMANENT);
    }

    @Test
    void anAnswerCannotNameAFileElsewhere() {
        server.falseEtag = "../../../escaped";
        assertThatThrownBy(() -> hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("which are not valid. Check HF_ENDPOINT.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/models/vit", "s3a://bucket/vit", "vit", "a/b/c", "../a/b", "a/..", "a/b@../c", "a/b@", "./vit"
            })
    void aPathIsNotAnId(String path) {
        assertThat(HubCheckpointId.parse(path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "google/vit-base-patch16-224-in21k, google/vit-base-patch16-224-in21k, main",
        "facebook/dinov2-base@v1.0, facebook/dinov2-base, v1.0",
        "hf-hub:timm/vit_base_patch16_224.augreg, timm/vit_base_patch16_224.augreg, main",
        "hf_hub:MahmoodLab/UNI@v1, MahmoodLab/UNI, v1"
    })
    void anIdHasARevision(String text, String repository, String revision) {
        assertThat(HubCheckpointId.parse(text)).contains(new HubCheckpointId(repository, revision));
    }

    @ParameterizedTest
    @CsvSource({"HF_HOME, ~/hf, ~/hf/hub", "HF_HUB_CACHE, /a, /a", "XDG_CACHE_HOME, /c, /c/huggingface/hub"})
    void theEnvironmentSaysWhereTheCacheIs(String variable, String value, String cache) {
        assertThat(HubSettings.of(Map.of(variable, value)).cache())
                .isEqualTo(Path.of(cache.replace("~", System.getProperty("user.home"))));
    }

    @Test
    void theCacheIsPythonsByDefault() {
        assertThat(HubSettings.of(Map.of()).cache())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".cache/huggingface/hub"));
    }

    @Test
    void anEndpointThatIsNotAnAddressIsNamed() {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "file:///etc")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("HF_ENDPOINT is 'file:///etc'");
    }

    private static HubCheckpointId id(String text) {
        return HubCheckpointId.parse(text).orElseThrow();
    }
}
