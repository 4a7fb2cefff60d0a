package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.StorageException;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedirectsTest {
    private static URI follow(String endpoint, String location) {
        return new Redirects(URI.create(endpoint)).follow(URI.create(endpoint + "/acme/vit/resolve/main/f"), location);
    }

    @ParameterizedTest
    @CsvSource({
        "https://8.8.8.8, http://8.8.4.4/f, without encryption",
        "https://8.8.8.8, https://127.0.0.1/f, a private address",
        "https://8.8.8.8, https://10.0.0.1/f, a private address",
        "https://8.8.8.8, https://2130706433/f, a private address",
        "https://8.8.8.8, https://localhost/f, a private address",
        "https://8.8.8.8, https://[::ffff:169.254.169.254]/f, a link-local address",
        "https://8.8.8.8, https://169.254.169.254/latest/meta-data/, a link-local address",
        "http://127.0.0.1, http://169.254.169.254/latest/meta-data/, a link-local address",
        "http://10.0.0.1, http://[fd00:ec2::254]/, a link-local address",
        "http://127.0.0.1, file:///etc/passwd, the scheme 'file'",
        "http://127.0.0.1, ftp://8.8.8.8/f, the scheme 'ftp'",
        "http://127.0.0.1, http://user:pass@8.8.8.8/f, a user",
        "http://127.0.0.1, http://127.0.0.1:1@127.0.0.1:2/f, a user",
        "http://127.0.0.1, http://a b/f, something that is not an address"
    })
    void aRedirectIntoAnotherNetworkIsRefused(String endpoint, String location, String why) {
        assertThatThrownBy(() -> follow(endpoint, location))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("which is not followed. Check HF_ENDPOINT (" + endpoint + ")")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.PERMANENT);
    }

    @ParameterizedTest
    @CsvSource({
        "https://8.8.8.8, https://8.8.4.4/f?Signature=x, https://8.8.4.4/f?Signature=x",
        "http://8.8.8.8, https://8.8.4.4/f, https://8.8.4.4/f",
        "http://10.0.0.1, http://10.0.0.2/f, http://10.0.0.2/f",
        "http://127.0.0.1, http://10.0.0.2/f, http://10.0.0.2/f",
        "http://10.0.0.1, /other/f, http://10.0.0.1/other/f"
    })
    void aRedirectWithinItsNetworkOrToTheInternetIsFollowed(String endpoint, String location, String next) {
        assertThat(follow(endpoint, location)).hasToString(next);
    }
}
