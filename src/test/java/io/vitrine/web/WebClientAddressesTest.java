package io.vitrine.web;

import static io.vitrine.web.WebClients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.testkit.RawServer;
import io.vitrine.testkit.WebServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;

/** Which address of a host is connected to, and which hosts a proxy is asked for. */
final class WebClientAddressesTest {
    /** The first connection goes to loopback, which is allowed by name; a second look-up would give another address. */
    @Test
    void whatIsConnectedToIsWhatWasChecked() throws IOException {
        AtomicInteger lookups = new AtomicInteger();
        DnsResolver turning = WebClients.names(host -> List.of(
                lookups.getAndIncrement() == 0
                        ? new byte[] {127, 0, 0, 1}
                        : new byte[] {(byte) 169, (byte) 254, (byte) 169, (byte) 254}));
        try (RawServer server =
                RawServer.saying("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")) {
            WebClient client = WebClients.withNames("turning.example", turning);
            String address = "http://turning.example:" + server.port() + "/x";
            assertThat(get(client, address)).isEqualTo("200 x");
            assertThat(lookups).hasValue(1);
            assertThatThrownBy(() -> get(client, address))
                    .isInstanceOf(WebRefusedException.class)
                    .hasMessage(
                            "not asked: turning.example has a link-local address, and --web-hosts does not allow it");
            assertThat(server.connections()).isOne();
        }
    }

    @Test
    void ofANamesAddressesOnlyTheAllowedOnesAreUsed() throws IOException {
        DnsResolver both = WebClients.names(host -> List.of(new byte[] {10, 0, 0, 1}, new byte[] {127, 0, 0, 1}));
        try (WebServer server = WebServer.start().put("/x", new byte[] {'x'})) {
            assertThat(get(WebClients.withNames(WebClients.LOOPBACK, both), server.address("both.example", "/x")))
                    .isEqualTo("200 x");
        }
    }

    @Test
    void aProxyIsAskedForHostsThatMayBeAskedOnly() throws IOException {
        try (RawServer proxy = RawServer.saying("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")) {
            WebClient client = WebClients.withProxy("public", proxy.port());
            assertThat(get(client, "http://8.8.8.8/x?y=[1]")).isEqualTo("200 x");
            assertThat(get(client, "http://host-of-the-proxy.no.example/x")).isEqualTo("200 x");
            assertThat(proxy.requests())
                    .containsExactly(
                            "GET http://8.8.8.8/x?y=[1] HTTP/1.1",
                            "GET http://host-of-the-proxy.no.example/x HTTP/1.1");
            assertThatThrownBy(() -> get(client, "http://images.example/x"))
                    .isInstanceOf(WebRefusedException.class)
                    .hasMessage("not asked: images.example has a private address, and --web-hosts does not allow it");
            assertThatThrownBy(() -> get(client, "http://169.254.169.254/x")).isInstanceOf(WebRefusedException.class);
            assertThat(proxy.connections()).isEqualTo(2);
        }
    }

    @Test
    void aProxyIsNotAskedForUnknownNamesWhereOnlyNetworksAreAllowed() throws IOException {
        try (RawServer proxy = RawServer.saying("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")) {
            WebClient client = WebClients.withProxy("10.1.0.0/16,named.no.example", proxy.port());
            assertThatThrownBy(() -> get(client, "http://other.no.example/x"))
                    .isInstanceOf(WebRefusedException.class)
                    .hasMessage("not asked: other.no.example has no address here, and is not a listed host,"
                            + " and --web-hosts does not allow it");
            assertThat(get(client, "http://named.no.example/x")).isEqualTo("200 x");
            assertThat(proxy.connections()).isOne();
        }
    }
}
