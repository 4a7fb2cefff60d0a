package io.vitrine.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vitrine.net.WebAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;

/** Web clients with short waits, for which every name under {@code .example} has the loopback address. */
public final class WebClients {
    /** Hosts that tests may ask: the servers of tests are on loopback. */
    public static final String LOOPBACK = "127.0.0.0/8";

    static final WebPace FAST = new WebPace(
            Duration.ofSeconds(1),
            Duration.ofMillis(700),
            Duration.ofMillis(10),
            Duration.ofSeconds(2),
            Duration.ofMillis(500));

    static final WebCaller NOBODY = new WebCaller() {
        @Override
        public void waits() {}

        @Override
        public void proceeds() {}

        @Override
        public void canBeEndedBy(Runnable end) {}
    };

    /** How often a name was looked up. */
    static final AtomicInteger LOOKUPS = new AtomicInteger();

    private WebClients() {}

    /** The status and body of the answer, with a blank between them. */
    static String get(WebClient client, String address) throws IOException {
        try (WebAnswer answer = client.get(WebAddress.parse(address), NOBODY)) {
            return answer.status() + " " + new String(answer.body().readAllBytes(), UTF_8);
        }
    }

    /** A client that may ask {@code hosts}. */
    public static WebClient fast(String hosts, int connections) {
        return new WebClient(settings(hosts, connections), FAST, defaultTls(), direct(), testNames());
    }

    static WebClient withTls(String hosts, SSLContext tls) {
        return new WebClient(settings(hosts, 4), FAST, tls, direct(), testNames());
    }

    static WebClient withProxy(String hosts, int port) {
        ProxySelector proxy = new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example", port)));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {}
        };
        return new WebClient(settings(hosts, 4), FAST, defaultTls(), proxy, testNames());
    }

    static WebClient withNames(String hosts, DnsResolver names) {
        return new WebClient(settings(hosts, 4), FAST, defaultTls(), direct(), names);
    }

    private static WebSettings settings(String hosts, int connections) {
        return new WebSettings(WebHosts.parse(hosts), connections, "Vitrine-Test (mailto:a@b.example)");
    }

    private static ProxySelector direct() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {}
        };
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DnsResolver testNames() {
        return names(host -> {
            LOOKUPS.incrementAndGet();
            if (host.endsWith("no.example")) {
                throw new UnknownHostException(host);
            }
            return List.of(
                    host.endsWith(".example")
                            ? new byte[] {127, 0, 0, 1}
                            : InetAddress.getByName(host).getAddress());
        });
    }

    /** The addresses of a name. */
    interface Lookup {
        List<byte[]> addresses(String host) throws UnknownHostException;
    }

    static DnsResolver names(Lookup lookup) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                List<InetAddress> addresses = new ArrayList<>();
                for (byte[] address : lookup.addresses(host)) {
                    addresses.add(InetAddress.getByAddress(host, address));
                }
                return addresses.toArray(InetAddress[]::new);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }
}
