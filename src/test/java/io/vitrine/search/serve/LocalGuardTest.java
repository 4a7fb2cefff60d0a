package io.vitrine.search.serve;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalGuardTest {
    private final LocalGuard guard = new LocalGuard(8080);

    private static Headers headers(String... namesAndValues) {
        Headers headers = new Headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080"})
    void namesOfThisHostAreServed(String host) {
        assertThatCode(() -> guard.check(headers("Host", host))).doesNotThrowAnyException();
        assertThatCode(() -> guard.check(
                        headers("Host", host, "Origin", "http://localhost:8080", "Sec-Fetch-Site", "same-origin")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attacker.example",
                "attacker.example:8080",
                "127.0.0.1",
                "127.0.0.1:8081",
                "127.0.0.1.nip.io:8080"
            })
    void otherNamesAreNot(String host) {
        assertThatThrownBy(() -> guard.check(headers("Host", host)))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("only to names of its own host");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://attacker.example",
        "Origin, null",
        "Origin, https://127.0.0.1:8080",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site"
    })
    void otherPagesAreNot(String name, String value) {
        assertThatThrownBy(() -> guard.check(headers("Host", "127.0.0.1:8080", name, value)))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("may not search here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "localhost:80"})
    void thePortOfHttpIsLeftOut(String host) {
        LocalGuard http = new LocalGuard(80);
        assertThatCode(() -> http.check(headers("Host", host, "Origin", "http://localhost")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> http.check(headers("Host", "attacker.example")))
                .isInstanceOf(RequestRefusedException.class);
    }

    @Test
    void aRequestNamesOneHost() {
        assertThatThrownBy(() -> guard.check(headers())).isInstanceOf(RequestRefusedException.class);
        assertThatThrownBy(() -> guard.check(headers("Host", "127.0.0.1:8080", "Host", "attacker.example")))
                .isInstanceOf(RequestRefusedException.class);
    }
}
