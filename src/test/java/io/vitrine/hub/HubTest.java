package io.vitrine.hub;

import static io.vitrine.hub.HubSetup.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories: their revisions, and the files that a checkpoint needs. */
final class HubTest {
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
    void aMissingRepositoryIsNamed() {
        assertThatThrownBy(() -> setup.hub().fetch(HubSetup.id("acme/nothing")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(
                        "No checkpoint acme/nothing@main at " + setup.server().endpoint())
                .hasMessageContaining("and no local folder of this name");
    }

    @Test
    void aMissingRevisionIsNamed() {
        assertThatThrownBy(() -> setup.hub().fetch(ID.at("v9")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no revision 'v9'");
    }

    @Test
    void aRevisionMayHaveSlashes() {
        assertThat(setup.hub().fetch(ID.at("refs/pr/1")).id().revision()).isEqualTo(FakeHub.COMMIT);
    }

    @Test
    void aRepositoryWithoutPreprocessorIsNamed() throws IOException {
        setup.serve("acme/bare", "config.json");
        assertThatThrownBy(() -> setup.hub().fetch(HubSetup.id("acme/bare")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no preprocessor_config.json or processor_config.json");
    }

    @Test
    void theProcessorOfTransformers5IsFetched() throws IOException {
        Path part = setup.part();
        Files.writeString(
                part.resolve("processor_config.json"),
                "{\"image_processor\": " + Files.readString(setup.source().resolve("preprocessor_config.json")) + "}");
        setup.serve("acme/five", "config.json", "model.safetensors");
        Path folder = setup.hub().fetch(HubSetup.id("acme/five")).folder();
        assertThat(PreprocessorFile.find(folder).file()).isEqualTo(folder.resolve("processor_config.json"));
        setup.server().requests.clear();
        setup.hub().fetch(HubSetup.id("acme/five"));
        assertThat(setup.server().requests).containsExactly("HEAD /acme/five/resolve/main/config.json");
    }

    @Test
    void timmsConfigNeedsNoPreprocessor() throws IOException {
        Path part = setup.part();
        Files.writeString(
                part.resolve("config.json"), "{\"architecture\": \"vit_tiny_patch16_224\", \"pretrained_cfg\": {}}");
        setup.serve("acme/timm", "model.safetensors");
        Path folder = setup.hub().fetch(HubSetup.id("acme/timm")).folder();
        assertThat(PreprocessorFile.find(folder).file()).isEqualTo(folder.resolve("config.json"));
    }

    @Test
    void aRepositoryWithoutWeightsIsNamed() throws IOException {
        setup.serve("acme/bare", "config.json", "preprocessor_config.json");
        assertThatThrownBy(() -> setup.hub().fetch(HubSetup.id("acme/bare")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no weights that can be read");
    }

    @Test
    void shardsAreFetchedThroughTheirIndex() throws IOException {
        Path sharded = Path.of("src/test/resources/oracle/checkpoints/vit-sharded");
        Path copy = setup.source().resolve("sharded");
        Folders.copy(sharded, copy);
        setup.server().serve("acme/sharded", copy);
        Hub.Snapshot snapshot = setup.hub().fetch(HubSetup.id("acme/sharded"));
        assertThat(Checkpoint.open(snapshot.folder()).hasPooler()).isTrue();
    }

    @Test
    void aRenamedRepositoryIsFollowed() {
        setup.server().rename("acme/old", "acme/vit-small");
        assertThat(Checkpoint.open(setup.hub().fetch(HubSetup.id("acme/old")).folder())
                        .hasPooler())
                .isTrue();
    }
}
