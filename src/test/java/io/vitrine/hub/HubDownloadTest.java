package io.vitrine.hub;

import static io.vitrine.hub.HubSetup.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.StorageException;
import io.vitrine.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads that break, continue, or bring something else. */
final class HubDownloadTest {
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
    void aBrokenDownloadContinues() {
        setup.server().cuts.addAll(List.of(1000, 500));
        Hub.Snapshot snapshot = setup.hub().fetch(ID);
        assertThat(snapshot.folder().resolve("model.safetensors")).hasBinaryContent(setup.weights());
        assertThat(setup.server().requests)
                .contains("STORE /acme/vit-small/model.safetensors bytes=1000-")
                .contains("STORE /acme/vit-small/model.safetensors bytes=1500-");
    }

    @Test
    void aDownloadOfAnEarlierRunContinues() throws IOException {
        setup.server().cuts.addAll(List.of(500, 0, 0, 0, 0, 0));
        assertThatThrownBy(() -> setup.hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot fetch model.safetensors of acme/vit-small@")
                .hasMessageContaining("500 of " + setup.weights().length + " bytes are kept")
                .hasMessageContaining("Run again to go on from there")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.TRANSIENT);
        assertThat(setup.repository().resolve("refs/main")).doesNotExist();
        setup.server().requests.clear();
        setup.hub().fetch(ID);
        assertThat(setup.server().requests).contains("STORE /acme/vit-small/model.safetensors bytes=500-");
    }

    @Test
    void anAttemptThatBroughtBytesDoesNotCountAsFailed() {
        setup.server().cuts.addAll(List.of(900, 900, 900, 900, 900, 900, 900));
        assertThat(setup.hub().fetch(ID).folder().resolve("model.safetensors")).hasBinaryContent(setup.weights());
    }

    @Test
    void aRequestThatFailsIsRepeated() {
        setup.server().failures.addAll(List.of(503, 429));
        assertThat(Checkpoint.open(setup.hub().fetch(ID).folder()).hasPooler()).isTrue();
    }

    @Test
    void contentsOfAnotherHashAreRefused() throws IOException {
        setup.server().falseContents = setup.weights().clone();
        setup.server().falseContents[setup.weights().length - 1]++;
        assertThatThrownBy(() -> setup.hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("came with SHA-256")
                .hasMessageContaining("the Hub says " + FakeHub.etag("model.safetensors", setup.weights()));
        assertWeightsAreFetchedAgain();
    }

    @Test
    void contentsOfAnotherLengthAreRefused() throws IOException {
        setup.server().falseContents = new byte[setup.weights().length + 1];
        assertThatThrownBy(() -> setup.hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("more than the " + setup.weights().length + " bytes");
        assertWeightsAreFetchedAgain();
    }

    private void assertWeightsAreFetchedAgain() throws IOException {
        try (var blobs = Files.list(setup.repository().resolve("blobs"))) {
            assertThat(blobs.filter(blob -> !blob.toString().endsWith("incomplete")))
                    .hasSize(2); // the JSON files
        }
        setup.server().falseContents = null;
        assertThat(setup.hub().fetch(ID).folder().resolve("model.safetensors")).hasBinaryContent(setup.weights());
    }

    @Test
    void anAnswerCannotNameAFileElsewhere() {
        setup.server().falseEtag = "../../../escaped";
        assertThatThrownBy(() -> setup.hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("which are not valid. Check HF_ENDPOINT.");
    }

    @Test
    void aHubThatCannotBeReachedIsTransient() {
        String dead = setup.server().endpoint();
        setup.server().close();
        assertThatThrownBy(() -> setup.hub("HF_ENDPOINT", dead).fetch(HubSetup.id("acme/other")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot fetch acme/other@main from " + dead)
                .hasMessageContaining("Check the network and HF_ENDPOINT")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.TRANSIENT);
    }
}
