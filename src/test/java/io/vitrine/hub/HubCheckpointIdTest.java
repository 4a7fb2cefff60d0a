package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which models are names on the Hub. */
final class HubCheckpointIdTest {
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
}
