package io.vitrine.web;

import io.vitrine.net.WebAddress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;

/**
 * Asks web servers for files. Follows redirects, each to an address that is checked like the first. Safe between threads.
 */
public final class WebClient {
    private static final int MAX_REDIRECTS = 10;
    private static final Map<WebSettings, WebClient> CLIENTS = new ConcurrentHashMap<>();

    private final WebPace pace;
    private final HostGates gates;
    private final CloseableHttpClient client;

    WebClient(WebSettings settings, WebPace pace, SSLContext tls, ProxySelector proxies, DnsResolver lookup) {
        this.pace = pace;
        this.gates = new HostGates(settings.connectionsPerHost(), pace);
        this.client = CarefulHttp.client(settings, pace, tls, proxies, lookup);
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
            throw RequestFailure.of(e, at, gate, request);
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
