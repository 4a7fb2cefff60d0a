package io.vitrine.hub;

import static io.vitrine.hub.HubSetup.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache that is shared with Python: what is in it is used, if it is whole and nobody else can change it. */
final class HubCacheTest {
    @TempDir
    private Path folder;

    private HubSetup setup;

    @BeforeEach
    void start() throws IOException {
        setup = new HubSetup(folder);
    }

    @AfterEach
    void stop() {
        setup.close();
    }

    @Test
    void requiredFilesAreFetchedIntoTheSharedLayout() throws IOException {
        Hub.Snapshot snapshot = setup.hub().fetch(ID);
        assertThat(snapshot.id()).hasToString("acme/vit-small@" + FakeHub.COMMIT);
        assertThat(snapshot.folder()).isEqualTo(setup.repository().resolve("snapshots/" + FakeHub.COMMIT));
        assertThat(Checkpoint.open(snapshot.folder()).hasPooler()).isTrue();
        assertThat(setup.repository().resolve("refs/main")).hasContent(FakeHub.COMMIT);
        String etag = FakeHub.etag("model.safetensors", setup.weights());
        assertThat(Files.readSymbolicLink(snapshot.folder().resolve("model.safetensors")))
                .isEqualTo(Path.of("../../blobs/" + etag));
        assertThat(setup.repository().resolve("blobs/" + etag)).hasBinaryContent(setup.weights());
        try (var files = Files.list(snapshot.folder())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("config.json", "preprocessor_config.json", "model.safetensors");
        }
    }

    @Test
    void aCompleteCacheTakesOneRequestForTheCommit() {
        setup.hub().fetch(ID);
        setup.server().requests.clear();
        setup.hub().fetch(ID);
        assertThat(setup.server().requests).containsExactly("HEAD /acme/vit-small/resolve/main/config.json");
    }

    @Test
    void aCompleteCacheTakesNoRequestForACommitOrOffline() {
        setup.hub().fetch(ID);
        setup.server().requests.clear();
        setup.hub().fetch(ID.at(FakeHub.COMMIT));
        setup.hub("HF_HUB_OFFLINE", "1").fetch(ID);
        assertThat(setup.server().requests).isEmpty();
    }

    @Test
    void filesThatPythonFetchedAreUsed() throws IOException {
        Path snapshot = setup.repository().resolve("snapshots/" + FakeHub.COMMIT);
        Folders.copy(setup.source(), snapshot);
        Files.createDirectories(setup.repository().resolve("refs"));
        Files.writeString(setup.repository().resolve("refs/main"), FakeHub.COMMIT);
        assertThat(setup.hub("HF_HUB_OFFLINE", "true").fetch(ID).folder()).isEqualTo(snapshot);
        assertThat(setup.server().requests).isEmpty();
    }

    @Test
    void aProcessorThatPythonDidNotFetchIsFetched() throws IOException {
        Folders.copy(setup.source(), setup.repository().resolve("snapshots/" + FakeHub.COMMIT));
        Files.writeString(setup.source().resolve("processor_config.json"), "{\"image_processor\": {\"size\": 24}}");
        setup.server().serve("acme/vit-small", setup.source());
        Path folder = setup.hub().fetch(ID.at(FakeHub.COMMIT)).folder();
        assertThat(PreprocessorFile.find(folder).file()).isEqualTo(folder.resolve("processor_config.json"));
    }

    @Test
    void everyHostUsesTheSameWeightsWhateverItsCacheHolds() throws IOException {
        Path snapshot = setup.repository().resolve("snapshots/" + FakeHub.COMMIT);
        Folders.copy(setup.source(), snapshot);
        Files.delete(snapshot.resolve("model.safetensors"));
        setup.hub().fetch(ID.at(FakeHub.COMMIT));
        assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(setup.weights());
    }

    @Test
    void aCachedFileWithoutItsDigestIsFetchedAgain() throws IOException {
        setup.hub().fetch(ID);
        Path blob = setup.repository().resolve("blobs/" + FakeHub.etag("model.safetensors", setup.weights()));
        byte[] other = setup.weights().clone();
        other[other.length - 1] ^= 1;
        Files.write(blob, other);
        assertThat(setup.hub().fetch(ID.at(FakeHub.COMMIT)).folder().resolve("model.safetensors"))
                .hasBinaryContent(setup.weights());
    }

    @Test
    void offlineACachedFileWithoutItsDigestIsNotUsed() throws IOException {
        setup.hub().fetch(ID);
        Files.write(
                setup.repository().resolve("blobs/" + FakeHub.etag("model.safetensors", setup.weights())), new byte[9]);
        assertThatThrownBy(() -> setup.hub("HF_HUB_OFFLINE", "1").fetch(ID)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void offlineACheckpointMustBeInTheCache() {
        assertThatThrownBy(() -> setup.hub("HF_HUB_OFFLINE", "1").fetch(HubSetup.id("acme/other")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("HF_HUB_OFFLINE is set, but acme/other@main is not completely in the cache");
    }

    @Test
    void theCacheIsUsedWhenTheHubCannotBeReached() {
        setup.hub().fetch(ID);
        String dead = setup.server().endpoint();
        setup.server().close();
        assertThat(setup.hub("HF_ENDPOINT", dead).fetch(ID).id().revision()).isEqualTo(FakeHub.COMMIT);
    }

    @Test
    void aCacheThatEverybodyCanWriteToIsRefused() throws IOException {
        setup.hub().fetch(ID);
        Path blobs = setup.repository().resolve("blobs");
        Files.setPosixFilePermissions(blobs, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> setup.hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("everybody can write to " + blobs);
    }

    @Test
    void aCacheThatCannotBeWrittenIsPermanent() throws IOException {
        Files.createDirectories(setup.repository());
        Files.writeString(setup.repository().resolve("snapshots"), "not a folder");
        assertThatThrownBy(() -> setup.hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot write acme/vit-small@main to the Hub's cache "
                        + setup.home().resolve("hub"))
                .hasMessageContaining("HF_HOME")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.PERMANENT);
    }
}
