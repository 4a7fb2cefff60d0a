package io.vitrine.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WebHostsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "public | photos.example | 8.8.8.8 | true",
                "public | photos.example | 10.0.0.1 | false",
                "public | photos.example | 127.0.0.1 | false",
                "public | photos.example | 169.254.169.254 | false",
                "public | photos.example | 100.64.0.1 | false",
                "public | photos.example | fd00::1 | false",
                "public | photos.example | ::1 | false",
                "public | photos.example | 64:ff9b::a00:1 | false",
                "public,10.1.0.0/16 | photos.example | 10.1.2.3 | true",
                "public, 10.1.0.0/16 | photos.example | 10.2.0.1 | false",
                "10.1.0.0/16 | photos.example | 8.8.8.8 | false",
                "10.1.2.3 | photos.example | 10.1.2.3 | true",
                "[fd12::1] | photos.example | fd12::1 | true",
                "fd12::/16 | photos.example | fd12::1 | true",
                "photos.example | photos.example | 10.0.0.1 | true",
                "photos.example | PHOTOS.example | 8.8.8.8 | true",
                "photos.example | other.example | 8.8.8.8 | false",
                "photos.example | photos.example | 169.254.169.254 | false",
                "photos.example | xphotos.example | 8.8.8.8 | false",
                "*.photos.example | a.b.photos.example | 10.0.0.1 | true",
                "*.photos.example | photos.example | 10.0.0.1 | false",
                "*.photos.example | evilphotos.example | 10.0.0.1 | false",
                "bücher.example | xn--bcher-kva.example | 10.0.0.1 | true",
                "169.254.0.0/16 | photos.example | 169.254.1.1 | true",
                "none | photos.example | 8.8.8.8 | false"
            })
    void aHostIsAllowedByItsNameOrItsAddress(String list, String host, String address, boolean allowed)
            throws UnknownHostException {
        WebHosts hosts = WebHosts.parse(list);
        assertThat(hosts.refusal(host, InetAddress.getByName(address)).isEmpty())
                .isEqualTo(allowed);
    }

    @Test
    void aNameThatIsNotListedIsNotLookedUp() {
        assertThat(WebHosts.parse("photos.example").refusal("other.example")).contains("is not a listed host");
        assertThat(WebHosts.parse("none").refusal("other.example")).isPresent();
        assertThat(WebHosts.parse("photos.example,10.0.0.0/8").refusal("other.example"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "public,,x", "10.0.0.0/33", "10.0.0/8", "http://x/", "a b", "x:80", "*", "public,none,a/b"})
    void whatIsNoHostIsAFaultOfTheOption(String list) {
        assertThatThrownBy(() -> WebHosts.parse(list))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("--web-hosts has '");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " x", "a\r\nHost: b", "é"})
    void aUserAgentIsOneLineOfAscii(String text) {
        assertThatThrownBy(() -> new WebSettings(WebHosts.PUBLIC, 1, text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("--web-user-agent must be");
    }

    @Test
    void thereIsAtLeastOneConnection() {
        assertThatThrownBy(() -> new WebSettings(WebHosts.PUBLIC, 0, "x"))
                .hasMessage("--web-connections is 0, but must be at least 1.");
    }
}
