package io.vitrine.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.net.WebAddress;
import io.vitrine.testkit.RawServer;
import io.vitrine.testkit.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class WebClientTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final WebCaller NOBODY = new WebCaller() {
        @Override
        public void waits() {}

        @Override
        public void proceeds() {}

        @Override
        public void canBeEndedBy(Runnable end) {}
    };

    @TempDir
    private Path folder;

    private static String get(WebClient client, String address) throws IOException {
        try (WebAnswer answer = client.get(WebAddress.parse(address), NOBODY)) {
            return answer.status() + " " + new String(answer.body().readAllBytes(), UTF_8);
        }
    }

    /** A new key and its certificate, which nobody else has signed. */
    private SSLContext tls(String host) throws IOException, GeneralSecurityException {
        Path file = folder.resolve(host);
        ProcessBuilder keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "test",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD));
        try {
            assertThat(keytool.redirectErrorStream(true)
                            .redirectOutput(folder.resolve("keytool.log").toFile())
                            .start()
                            .waitFor())
                    .isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("test", keys.getCertificate("test"));
        TrustManagerFactory others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        others.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return context;
    }

    @Test
    void aServerWithAKnownCertificateIsAsked() throws Exception {
        SSLContext tls = tls("images.example");
        try (WebServer server = WebServer.start(tls).put("/x", "file".getBytes(UTF_8))) {
            WebClient client = WebClients.withTls("*.example", tls);
            assertThat(get(client, server.address("images.example", "/x"))).isEqualTo("200 file");
            assertThatThrownBy(() -> get(client, server.address("other.example", "/x")))
                    .isInstanceOf(WebRefusedException.class)
                    .hasMessageContaining("the certificate of other.example is not accepted");
        }
    }

    @Test
    void anUnknownCertificateIsNotAccepted() throws Exception {
        try (WebServer server = WebServer.start(tls("images.example")).put("/x", new byte[1])) {
            assertThatThrownBy(() -> get(WebClients.fast("*.example", 1), server.address("images.example", "/x")))
                    .isInstanceOf(WebRefusedException.class)
                    .hasMessageContaining("unable to find valid certification path");
        }
    }

    /** The first connection goes to loopback, which is allowed by name; a second look-up would give another address. */
    @Test
    void whatIsConnectedToIsWhatWasChecked() throws IOException {
        AtomicInteger lookups = new AtomicInteger();
        DnsResolver turning = new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                byte[] address = lookups.getAndIncrement() == 0
                        ? new byte[] {127, 0, 0, 1}
                        : new byte[] {(byte) 169, (byte) 254, (byte) 169, (byte) 254};
                return new InetAddress[] {InetAddress.getByAddress(host, address)};
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
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
        DnsResolver both = new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return new InetAddress[] {
                    InetAddress.getByAddress(host, new byte[] {10, 0, 0, 1}),
                    InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})
                };
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        try (WebServer server = WebServer.start().put("/x", new byte[] {'x'})) {
            assertThat(get(WebClients.withNames(WebClients.LOOPBACK, both), server.address("both.example", "/x")))
                    .isEqualTo("200 x");
        }
    }

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

    @Test
    void manyAnswersThatAskForOnePauseDoNotMakeAHostDown() throws IOException {
        HostGate gate = new HostGate(HostGate.FAILURES, WebClients.FAST);
        for (int i = 0; i < HostGate.FAILURES; i++) {
            gate.enter(NOBODY);
        }
        for (int i = 0; i < HostGate.FAILURES; i++) {
            gate.pause(Duration.ofMillis(300), "HTTP 429");
            gate.leave();
        }
        long start = System.nanoTime();
        gate.enter(NOBODY);
        assertThat(System.nanoTime() - start).isGreaterThan(200_000_000);
    }

    @Test
    void theTrialOfAHostThatWasDownWaitsForItsPause() throws Exception {
        HostGate gate = new HostGate(1, WebClients.FAST);
        for (int i = 0; i < HostGate.FAILURES; i++) {
            gate.failed("reset");
        }
        gate.pause(Duration.ofMillis(800), "HTTP 503");
        assertThatThrownBy(() -> gate.enter(NOBODY)).isInstanceOf(WebRefusedException.class);
        Thread.sleep(WebClients.FAST.rest().toMillis() + 50);
        gate.enter(NOBODY);
        assertThatThrownBy(() -> gate.enter(NOBODY)).hasMessageContaining("failed 17 requests in a row");
    }

    @Test
    void longForgottenHostsTakeNoMemory() {
        HostGates gates = new HostGates(1, WebClients.FAST);
        HostGate first = gates.of("0.example");
        assertThat(gates.of("0.example")).isSameAs(first);
        for (int i = 1; i <= 5000; i++) {
            gates.of(i + ".example");
        }
        assertThat(gates.of("0.example")).isNotSameAs(first);
    }
}
