package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The variables of the environment that Python reads too. */
final class HubSettingsTest {
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

    @Test
    void anEndpointWithCredentialsIsRefusedWithoutThem() {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "https://user:SECRET@hub")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("HF_ENDPOINT")
                .hasMessageNotContaining("SECRET");
    }
}
