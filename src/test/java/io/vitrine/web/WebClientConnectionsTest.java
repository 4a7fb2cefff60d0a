package io.vitrine.web;

import static io.vitrine.web.WebClients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.testkit.RawServer;
import io.vitrine.testkit.WebServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections are used again, and none is kept by an answer that fails. */
final class WebClientConnectionsTest {
    @Test
    void connectionsAreUsedAgainAlsoAfterOtherAnswers() throws IOException {
        try (WebServer server = WebServer.start()
                .put("/x", new byte[] {'x'})
                .answer("/redirect", 302, "Location: /x")
                .answer("/missing", 404)) {
            WebClient client = WebClients.fast(WebClients.LOOPBACK + ",*.example", 1);
            int before = WebClients.LOOKUPS.get();
            for (int i = 0; i < 5; i++) {
                get(client, server.address("again.example", "/redirect"));
                get(client, server.address("again.example", "/missing"));
            }
            assertThat(WebClients.LOOKUPS.get() - before).isOne(); // a look-up for each connection
        }
    }

    /** The gate has one place, so a second request waits for ever if the first one kept it. */
    @Test
    @Timeout(20)
    void aRedirectWhoseBodyDoesNotComeLeavesItsPlace() {
        try (RawServer server = RawServer.saying("HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 100\r\n\r\n")) {
            WebClient client = WebClients.fast(WebClients.LOOPBACK, 1);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> get(client, server.address("/x"))).isInstanceOf(IOException.class);
            }
            assertThat(server.connections()).isEqualTo(3);
        }
        try (RawServer server =
                RawServer.hangingAfter("HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 100\r\n\r\n")) {
            WebClient client = WebClients.fast(WebClients.LOOPBACK, 1);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> get(client, server.address("/x"))).isInstanceOf(IOException.class);
            }
            assertThat(server.connections()).isEqualTo(3);
        }
    }
}
