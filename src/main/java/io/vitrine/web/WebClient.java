package io.vitrine.web;

import io.vitrine.net.WebAddress;
import io.vitrine.web.CheckedResolver.RefusedHostException;
import io.vitrine.web.CheckedRoutes.RefusedRouteException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Asks web servers for files. Follows redirects, each to an address that is checked like the first. Cookies, credentials and
 * compressed transfer are off. Safe between threads.
 */
public final class WebClient {
    private static final int MAX_REDIRECTS = 10;
    private static final int MAX_HEADERS = 200;
    private static final int MAX_HEADER_BYTES = 64 << 10;
    private static final int MAX_CONNECTIONS = 512;
    private static final TimeValue IDLE = TimeValue.ofSeconds(20);
    private static final Map<WebSettings, WebClient> CLIENTS = new ConcurrentHashMap<>();

    private final WebPace pace;
    private final HostGates gates;
    private final CloseableHttpClient client;

    WebClient(WebSettings settings, WebPace pace, SSLContext tls, ProxySelector proxies, DnsResolver lookup) {
        this.pace = pace;
        this.gates = new HostGates(settings.connectionsPerHost(), pace);
        this.client = HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new CheckedResolver(settings.hosts(), lookup))
                        .setTlsSocketStrategy(ClientTlsStrategyBuilder.create()
                                .setSslContext(tls)
                                .buildClassic())
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxHeaderCount(MAX_HEADERS)
                                        .setMaxLineLength(MAX_HEADER_BYTES)
                                        .build())
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout(pace.connect()))
                                .setSocketTimeout(timeout(pace.answer()))
                                .build())
                        .setMaxConnPerRoute(settings.connectionsPerHost())
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(timeout(pace.answer()))
                        .setAuthenticationEnabled(false)
                        .build())
                .setRoutePlanner(new CheckedRoutes(settings.hosts(), proxies, lookup))
                .setUserAgent(settings.userAgent())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .evictIdleConnections(IDLE)
                .build();
    }

    private static Timeout timeout(Duration time) {
        return Timeout.of(time);
    }

    /** This JVM's client with {@code settings}. It uses the JVM's proxies and certificates. */
    public static WebClient of(WebSettings settings) {
        return CLIENTS.computeIfAbsent(
                settings,
                key -> new WebClient(
                        key,
                        WebPace.DEFAULT,
                        defaultTls(),
                        ProxySelector.getDefault(),
                        SystemDefaultDnsResolver.INSTANCE));
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Asks for the file at {@code address}, once. The caller closes the answer.
     *
     * @throws WebRefusedException if it is not asked, or its answer is not followed
     * @throws java.net.UnknownHostException if the host has no address
     * @throws IOException if there is no answer
     */
    public WebAnswer get(WebAddress address, WebCaller caller) throws IOException {
        WebAddress at = address;
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            WebAnswer answer = ask(at, caller);
            Optional<String> location = answer.redirect();
            if (location.isEmpty()) {
                return answer;
            }
            try (answer) {
                answer.drain();
            }
            at = follow(at, location.get());
        }
        throw new WebRefusedException("it redirects more than " + MAX_REDIRECTS + " times");
    }

    private static WebAddress follow(WebAddress at, String location) throws WebRefusedException {
        try {
            return at.resolve(utf8(location));
        } catch (IllegalArgumentException e) {
            throw new WebRefusedException("it redirects to something that is not a web address: " + e.getMessage());
        }
    }

    /** Headers are read byte by byte; letters outside ASCII in an address are UTF-8. */
    private static String utf8(String header) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(StandardCharsets.ISO_8859_1.encode(header))
                    .toString();
        } catch (CharacterCodingException e) {
            return header;
        }
    }

    private WebAnswer ask(WebAddress at, WebCaller caller) throws IOException {
        HostGate gate = gates.of(at.host() + ":" + at.port() + at.scheme());
        gate.enter(caller);
        boolean answered = false;
        HttpGet request = request(at);
        try {
            caller.canBeEndedBy(request::cancel);
            HttpHost target = new HttpHost(at.scheme(), at.host().replaceAll("^\\[|]$", ""), at.port());
            ClassicHttpResponse response = client.executeOpen(target, request, HttpClientContext.create());
            answered = true;
            WebAnswer answer = new WebAnswer(request, response, gate);
            note(answer, gate);
            return answer;
        } catch (IOException e) {
            throw explained(e, at, gate, request);
        } finally {
            if (!answered) {
                gate.leave();
            }
        }
    }

    private static HttpGet request(WebAddress at) {
        HttpGet request = new HttpGet("/");
        request.setPath(at.target()); // as it is: java.net.URI refuses what browsers send
        request.setHeader("Accept", "*/*");
        request.setHeader("Accept-Encoding", "identity");
        return request;
    }

    private void note(WebAnswer answer, HostGate gate) {
        if (answer.asksToWait()) {
            gate.pause(answer.retryAfter().orElse(pace.pause()), "HTTP " + answer.status());
        } else {
            gate.answered();
        }
    }

    private static IOException explained(IOException e, WebAddress at, HostGate gate, HttpGet request) {
        if (e instanceof RefusedHostException) {
            return new WebRefusedException("not asked: " + e.getMessage() + ", and --web-hosts does not allow it");
        }
        if (e.getCause() instanceof RefusedRouteException refusal) {
            return new WebRefusedException(
                    "not asked: " + refusal.getMessage() + ", and --web-hosts does not allow it");
        }
        if (isOfCertificate(e)) {
            gate.answered();
            return new WebRefusedException("the certificate of " + at.host() + " is not accepted: " + e.getMessage());
        }
        if (!request.isCancelled()) {
            gate.failed(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return e;
    }

    private static boolean isOfCertificate(IOException e) {
        if (e instanceof SSLPeerUnverifiedException) {
            return true;
        }
        for (Throwable cause = e; e instanceof SSLException && cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits before a request is made again.
     *
     * @param attempt how many were made
     */
    public void pause(int attempt) throws InterruptedIOException {
        long millis = pace.pause().toMillis() << (attempt - 1);
        try {
            Thread.sleep(millis + ThreadLocalRandom.current().nextLong(millis / 2 + 1)); // not all at the same time
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }
}
