package io.vitrine.hub;

import static io.vitrine.hub.HubSetup.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user's token: who needs it, and who sees it. */
final class HubTokenTest {
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
    void aGatedRepositoryNeedsAToken() {
        setup.server().gate("acme/vit-small");
        assertThatThrownBy(() -> setup.hub().fetch(ID))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("is gated: accept its terms on "
                        + setup.server().endpoint() + "/acme/vit-small and set" + " HF_TOKEN (status 401)")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.PERMANENT);
    }

    @Test
    void aWrongTokenIsNotShown() {
        setup.server().gate("acme/vit-small");
        assertThatThrownBy(() -> setup.hub("HF_TOKEN", "wrong").fetch(ID))
                .hasMessageContaining("the one in use may not")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void onlyTheEndpointSeesTheToken() {
        setup.server().gate("acme/vit-small");
        setup.hub("HF_TOKEN", FakeHub.TOKEN).fetch(ID); // the store refuses requests with a token
        assertThat(setup.server().requests).contains("STORE /acme/vit-small/model.safetensors");
    }

    @Test
    void theTokenOfALoginIsUsed() throws IOException {
        setup.server().gate("acme/vit-small");
        Files.writeString(setup.home().resolve("token"), FakeHub.TOKEN + "\n");
        setup.hub().fetch(ID);
        HubSettings settings = HubSettings.of(Map.of("HF_HOME", setup.home().toString()));
        assertThat(settings.token()).contains(FakeHub.TOKEN);
        assertThat(settings.toString()).doesNotContain(FakeHub.TOKEN);
    }

    @Test
    void aTokenThatNoHeaderCanCarryIsNotShown() {
        assertThatThrownBy(() -> setup.hub("HF_TOKEN", "hf_one\nhf_two"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("holds a space, a line break")
                .hasMessageNotContaining("hf_");
    }

    @Test
    void executorsGetTheDriversSettingsWithoutItsToken() throws IOException {
        Files.writeString(setup.home().resolve("token"), FakeHub.TOKEN);
        assertThat(HubSettings.forExecutors(Map.of(
                        "HF_HOME",
                        setup.home().toString(),
                        "HF_HUB_CACHE",
                        "/data",
                        "HF_HUB_OFFLINE",
                        "1",
                        "HF_TOKEN",
                        "x")))
                .containsOnly(
                        Map.entry("HF_HOME", setup.home().toString()),
                        Map.entry("HF_HUB_CACHE", "/data"),
                        Map.entry("HF_HUB_OFFLINE", "1"));
    }

    @Test
    void anExecutorWithoutATokenUsesTheDrivers() throws IOException {
        setup.server().gate("acme/vit-small");
        Files.writeString(setup.home().resolve("token"), FakeHub.TOKEN);
        HubToken token = HubToken.forExecutors(
                "acme/vit-small@" + FakeHub.COMMIT,
                Map.of("HF_HOME", setup.home().toString()));
        HubSettings executor = HubSettings.of(Map.of(
                "HF_HOME",
                setup.home().resolve("executor").toString(),
                "HF_ENDPOINT",
                setup.server().endpoint()));
        assertThat(HubSetup.hub(executor.orToken(token)).fetch(ID).folder().resolve("model.safetensors"))
                .hasBinaryContent(setup.weights());
        assertThat(token.toString()).doesNotContain(FakeHub.TOKEN);
    }

    @Test
    void executorsGetATokenForACheckpointOnTheHubOnly() {
        Map<String, String> environment =
                Map.of("HF_TOKEN", FakeHub.TOKEN, "HF_HOME", setup.home().toString());
        assertThat(HubToken.forExecutors("/models/vit", environment)).isEqualTo(HubToken.NONE);
        assertThat(HubToken.forExecutors("s3a://bucket/vit", environment)).isEqualTo(HubToken.NONE);
    }
}
