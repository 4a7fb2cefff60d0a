package io.vitrine.fetch;

import static io.vitrine.fetch.WebReads.FILE;
import static io.vitrine.fetch.WebReads.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.RawServer;
import io.vitrine.testkit.WebServer;
import io.vitrine.web.WebClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What servers see of the reader, and how it heeds them. */
@Tag("slow")
final class WebReaderMannersTest {
    @RegisterExtension
    private final WebReads web = new WebReads();

    private final WebServer server = web.server();

    @Test
    void theRequestSaysWhoAsksAndNothingElse() throws ImageRejectedException {
        List<String> headers = new ArrayList<>();
        server.on("/x", exchange -> {
            exchange.getRequestHeaders().forEach((name, values) -> headers.add(name + ": " + String.join(",", values)));
            WebServer.send(exchange, 200, FILE, "Set-Cookie: a=b");
        });
        web.read(server.address("/x"));
        headers.clear();
        web.read(server.address("/x"));
        assertThat(headers)
                .containsExactlyInAnyOrder(
                        "Accept: */*",
                        "Accept-encoding: identity",
                        "Connection: keep-alive",
                        "Host: 127.0.0.1:" + server.port(),
                        "User-agent: Vitrine-Test (mailto:a@b.example)");
    }

    @Test
    void aPathIsSentAsBrowsersSendIt() throws ImageRejectedException {
        try (RawServer raw = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")) {
            web.read(raw.address("/50%|[a]{}/b//c?x=[1]|%zz"));
            assertThat(raw.requests()).containsExactly("GET /50%|[a]%7B%7D/b//c?x=[1]|%zz HTTP/1.1");
        }
    }

    @Test
    void aHostIsLeftAloneAsLongAsItAsks() throws ImageRejectedException {
        AtomicInteger times = new AtomicInteger();
        server.on(
                "/x",
                exchange -> WebServer.send(exchange, times.incrementAndGet() == 1 ? 429 : 200, FILE, "Retry-After: 1"));
        Instant start = Instant.now();
        web.read(server.address("/x"));
        assertThat(Duration.between(start, Instant.now())).isBetween(Duration.ofMillis(990), Duration.ofSeconds(10));
    }

    @Test
    void aHostThatAsksForTooLongAPauseIsNotAskedAgain() {
        server.answer("/x", 503, "Retry-After: 3600").put("/y", FILE);
        web.assertRejected(
                server.address("/x"), RejectionReason.UNREADABLE, "not asked: the host asks to wait 3,599 s");
        web.assertRejected(server.address("/y"), RejectionReason.UNREADABLE, "not asked: the host asks to wait");
        assertThat(server.requests()).containsExactly("/x");
    }

    @Test
    void aHostHasOnlyAFewRequestsUnderWay() {
        for (int i = 0; i < 40; i++) {
            server.on("/" + i, exchange -> {
                Await.until("others come too", Duration.ofSeconds(5), () -> server.mostUnderWay() >= 2);
                WebServer.send(exchange, 200, FILE);
            });
        }
        WebReader shy = WebReads.reader(WebClients.fast(WebClients.LOOPBACK, 2));
        assertThat(IntStream.range(0, 40).parallel().mapToObj(i -> {
                    try {
                        return bytes(web.read(shy, server.address("/" + i)));
                    } catch (ImageRejectedException e) {
                        return new byte[0];
                    }
                }))
                .allMatch(bytes -> Arrays.equals(bytes, FILE));
        assertThat(server.mostUnderWay()).isEqualTo(2);
    }
}
