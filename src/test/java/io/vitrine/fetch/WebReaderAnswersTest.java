package io.vitrine.fetch;

import static io.vitrine.fetch.WebReads.FILE;
import static io.vitrine.fetch.WebReads.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import io.vitrine.testkit.RawServer;
import io.vitrine.testkit.WebServer;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server's answer makes of an image: its bytes and state, a row, or another attempt. */
final class WebReaderAnswersTest {
    @RegisterExtension
    private final WebReads web = new WebReads();

    private final WebServer server = web.server();

    @Test
    void aFileIsReadWithItsStateAsTheServerTellsIt() throws ImageRejectedException {
        server.put("/a%20b.jpg?w=1&x=%27", FILE, "ETag: \"v1\"", "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT");
        SourceReader.Content content = web.read(server.address("/a%20b.jpg?w=1&x=%27"));
        assertThat(bytes(content)).isEqualTo(FILE);
        assertThat(content.ref())
                .isEqualTo(new ImageRef(
                        server.address("/a%20b.jpg?w=1&x=%27"),
                        FILE.length,
                        Instant.parse("2026-01-01T00:00:00Z").toEpochMilli(),
                        "v1"));
        assertThat(web.pool().capacity(FILE.length)).isEqualTo(content.bytes().array().length);
    }

    @Test
    void aServerThatTellsNoStateIsReadToo() throws ImageRejectedException {
        server.put("/x", FILE, "ETag: " + "x".repeat(300), "Last-Modified: yesterday");
        assertThat(web.read(server.address("/x")).ref())
                .isEqualTo(new ImageRef(server.address("/x"), FILE.length, -1, null));
    }

    @ParameterizedTest
    @CsvSource({
        "404, MISSING, the server has no such file: HTTP 404",
        "410, MISSING, the server has no such file: HTTP 410",
        "401, UNREADABLE, the server does not deliver it: HTTP 401",
        "403, UNREADABLE, the server does not deliver it: HTTP 403",
        "451, UNREADABLE, the server does not deliver it: HTTP 451",
        "300, UNREADABLE, the server does not deliver it: HTTP 300",
        "206, UNREADABLE, the server does not deliver it: HTTP 206",
        "501, UNREADABLE, the server does not deliver it: HTTP 501"
    })
    void anAnswerWithoutAFileIsARow(int status, RejectionReason reason, String message) {
        server.answer("/x", status);
        web.assertRejected(server.address("/x"), reason, message);
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 522})
    void aFaultThatPassesIsTriedAgain(int status) throws ImageRejectedException {
        AtomicInteger times = new AtomicInteger();
        server.on("/x", exchange -> {
            boolean fails = times.incrementAndGet() < WebReader.ATTEMPTS;
            WebServer.send(exchange, fails ? status : 200, FILE);
        });
        assertThat(bytes(web.read(server.address("/x")))).isEqualTo(FILE);
    }

    @Test
    void aFaultThatStaysIsARow() {
        server.answer("/x", 500);
        web.assertRejected(server.address("/x"), RejectionReason.UNREADABLE, "does not deliver it: HTTP 500, 4 times");
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void aConnectionThatBreaksIsMadeAgain() throws ImageRejectedException {
        AtomicInteger times = new AtomicInteger();
        try (RawServer raw = RawServer.start((out, closed) -> {
            String[] answers = {
                "",
                "HTTP/1.1 200 OK\r\nContent-",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nthe whole"
            };
            out.write(answers[times.getAndIncrement()].getBytes(UTF_8));
        })) {
            assertThat(bytes(web.read(raw.address("/x")))).isEqualTo("the whole".getBytes(UTF_8));
        }
    }

    @Test
    void endlessHeadersEnd() {
        try (RawServer raw = RawServer.start((out, closed) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(UTF_8));
            while (true) {
                out.write("X: y\r\n".getBytes(UTF_8));
            }
        })) {
            web.assertRejected(raw.address("/x"), RejectionReason.UNREADABLE, "Maximum header count exceeded");
        }
        try (RawServer raw = RawServer.start((out, closed) -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(UTF_8));
            while (true) {
                out.write("y".repeat(8192).getBytes(UTF_8));
            }
        })) {
            web.assertRejected(raw.address("/x"), RejectionReason.UNREADABLE, "Maximum line length limit exceeded");
        }
    }
}
