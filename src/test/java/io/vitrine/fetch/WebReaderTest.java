package io.vitrine.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.RawServer;
import io.vitrine.testkit.WebServer;
import io.vitrine.web.WebClient;
import io.vitrine.web.WebClients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WebReaderTest {
    private static final int MAX_BYTES = 100_000;
    private static final byte[] FILE = "not really an image".getBytes(UTF_8);

    private final WebServer server = WebServer.start();
    private final WebReader reader = reader(WebClients.fast(WebClients.LOOPBACK + ",*.example", 4));
    private final ByteArrayPool pool = new ByteArrayPool(1 << 20);

    private static WebReader reader(WebClient client) {
        return new WebReader(client, MAX_BYTES, new ReadLimits(Duration.ofSeconds(20), 1));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private SourceReader.Content read(String address) throws ImageRejectedException {
        return read(reader, address);
    }

    private SourceReader.Content read(WebReader by, String address) throws ImageRejectedException {
        ImageRef ref = ImageRef.unlisted(address);
        ObjectRead read = new ObjectRead(ref, by.limits());
        read.start();
        return by.read(by.stat(ref, read), pool, read);
    }

    private static byte[] bytes(SourceReader.Content content) {
        return Arrays.copyOf(content.bytes().array(), content.bytes().length());
    }

    private void assertRejected(String address, RejectionReason reason, String message) {
        assertThatThrownBy(() -> read(address))
                .isInstanceOfSatisfying(ImageRejectedException.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(reason))
                .hasMessageContaining(message);
    }

    @Test
    void aFileIsReadWithItsStateAsTheServerTellsIt() throws ImageRejectedException {
        server.put("/a%20b.jpg?w=1&x=%27", FILE, "ETag: \"v1\"", "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT");
        SourceReader.Content content = read(server.address("/a%20b.jpg?w=1&x=%27"));
        assertThat(bytes(content)).isEqualTo(FILE);
        assertThat(content.ref())
                .isEqualTo(new ImageRef(
                        server.address("/a%20b.jpg?w=1&x=%27"),
                        FILE.length,
                        Instant.parse("2026-01-01T00:00:00Z").toEpochMilli(),
                        "v1"));
        assertThat(pool.capacity(FILE.length)).isEqualTo(content.bytes().array().length);
    }

    @Test
    void aServerThatTellsNoStateIsReadToo() throws ImageRejectedException {
        server.put("/x", FILE, "ETag: " + "x".repeat(300), "Last-Modified: yesterday");
        assertThat(read(server.address("/x")).ref())
                .isEqualTo(new ImageRef(server.address("/x"), FILE.length, -1, null));
    }

    @Test
    void theRequestSaysWhoAsksAndNothingElse() throws ImageRejectedException {
        List<String> headers = new ArrayList<>();
        server.on("/x", exchange -> {
            exchange.getRequestHeaders().forEach((name, values) -> headers.add(name + ": " + String.join(",", values)));
            WebServer.send(exchange, 200, FILE, "Set-Cookie: a=b");
        });
        read(server.address("/x"));
        headers.clear();
        read(server.address("/x"));
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
            read(raw.address("/50%|[a]{}/b//c?x=[1]|%zz"));
            assertThat(raw.requests()).containsExactly("GET /50%|[a]%7B%7D/b//c?x=[1]|%zz HTTP/1.1");
        }
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
        assertRejected(server.address("/x"), reason, message);
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
        assertThat(bytes(read(server.address("/x")))).isEqualTo(FILE);
    }

    @Test
    void aFaultThatStaysIsARow() {
        server.answer("/x", 500);
        assertRejected(server.address("/x"), RejectionReason.UNREADABLE, "does not deliver it: HTTP 500, 4 times");
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void aHostIsLeftAloneAsLongAsItAsks() throws ImageRejectedException {
        AtomicInteger times = new AtomicInteger();
        server.on(
                "/x",
                exchange -> WebServer.send(exchange, times.incrementAndGet() == 1 ? 429 : 200, FILE, "Retry-After: 1"));
        Instant start = Instant.now();
        read(server.address("/x"));
        assertThat(Duration.between(start, Instant.now())).isBetween(Duration.ofMillis(990), Duration.ofSeconds(10));
    }

    @Test
    void aHostThatAsksForTooLongAPauseIsNotAskedAgain() {
        server.answer("/x", 503, "Retry-After: 3600").put("/y", FILE);
        assertRejected(server.address("/x"), RejectionReason.UNREADABLE, "not asked: the host asks to wait 3,599 s");
        assertRejected(server.address("/y"), RejectionReason.UNREADABLE, "not asked: the host asks to wait");
        assertThat(server.requests()).containsExactly("/x");
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
            assertThat(bytes(read(raw.address("/x")))).isEqualTo("the whole".getBytes(UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "\u0000\u0001\u0002\u0003"
            })
    void aBodyThatIsCutOffIsNeverTakenForTheFile(String answer) {
        try (RawServer raw = RawServer.saying(answer)) {
            assertRejected(raw.address("/x"), RejectionReason.UNREADABLE, "no file after ");
            assertThat(raw.connections()).isEqualTo(WebReader.ATTEMPTS);
        }
    }

    @Test
    void aBodyWithoutLengthEndsWithItsConnection() throws ImageRejectedException {
        try (RawServer raw = RawServer.saying("HTTP/1.0 200 OK\r\n\r\nfile")) {
            assertThat(bytes(read(raw.address("/x")))).isEqualTo("file".getBytes(UTF_8));
        }
    }

    @Test
    void anEmptyBodyIsAnEmptyFile() throws ImageRejectedException {
        server.answer("/x", 200);
        assertThat(read(server.address("/x")).bytes().length()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65_535, 65_536, 65_537, MAX_BYTES - 1, MAX_BYTES})
    void everyLengthUpToTheLimitIsReadWithAndWithoutAnnouncement(int length) throws ImageRejectedException {
        byte[] body = body(length);
        server.put("/announced", body).on("/chunked", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        assertThat(bytes(read(server.address("/announced")))).isEqualTo(body);
        assertThat(bytes(read(server.address("/chunked")))).isEqualTo(body);
    }

    private static byte[] body(int length) {
        byte[] body = new byte[length];
        IntStream.range(0, length).forEach(i -> body[i] = (byte) (i * 31 + i / 251));
        return body;
    }

    @Test
    void aLongerFileIsTooLargeWhateverItsLengthIsSaidToBe() {
        server.put("/announced", body(MAX_BYTES + 1)).on("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(new byte[8192]);
                }
            }
        });
        assertRejected(server.address("/announced"), RejectionReason.TOO_LARGE, "more than 100000 bytes");
        assertRejected(server.address("/endless"), RejectionReason.TOO_LARGE, "the limit (--max-image-bytes)");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void anAnnouncedLengthCostsNoMemory() {
        try (RawServer raw = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nx")) {
            assertRejected(raw.address("/x"), RejectionReason.TOO_LARGE, "more than 100000 bytes");
        }
    }

    @Test
    void aServerThatCompressesUnaskedIsRead() throws Exception {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(FILE);
        }
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(zlib)) {
            out.write(FILE);
        }
        server.put("/gzip", gzip.toByteArray(), "Content-Encoding: GZIP")
                .put("/zlib", zlib.toByteArray(), "Content-Encoding: deflate")
                .put("/plain", FILE, "Content-Encoding: identity")
                .put("/br", FILE, "Content-Encoding: br");
        assertThat(bytes(read(server.address("/gzip")))).isEqualTo(FILE);
        assertThat(bytes(read(server.address("/zlib")))).isEqualTo(FILE);
        assertThat(bytes(read(server.address("/plain")))).isEqualTo(FILE);
        assertRejected(server.address("/br"), RejectionReason.UNREADABLE, "content encoding 'br' is not read");
    }

    @Test
    void aGzipBombIsTooLarge() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            for (int i = 0; i < 1000; i++) {
                out.write(new byte[100_000]);
            }
        }
        server.put("/bomb", gzip.toByteArray(), "Content-Encoding: gzip");
        assertThat(gzip.size()).isLessThan(MAX_BYTES);
        assertRejected(server.address("/bomb"), RejectionReason.TOO_LARGE, "more than 100000 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreFollowed(int status) throws ImageRejectedException {
        server.answer("/a", status, "Location: b/../c?x=1#top")
                .answer("/c?x=1", status, "Location: " + server.address("photos.example", "/caf\u00c3\u00a9"))
                .put("/caf%C3%A9", FILE);
        assertThat(bytes(read(server.address("/a")))).isEqualTo(FILE);
        assertThat(read(server.address("/a")).ref().path()).isEqualTo(server.address("/a"));
    }

    @Test
    void redirectsEnd() {
        server.answer("/a", 302, "Location: /a");
        assertRejected(server.address("/a"), RejectionReason.UNREADABLE, "it redirects more than 10 times");
    }

    @ParameterizedTest
    @CsvSource({
        "http://169.254.169.254/latest/meta-data/, has a link-local address",
        "http://10.0.0.1/, has a private address",
        "http://[::1]:1/, has a private address",
        "//192.168.1.1/x, has a private address",
        "file:///etc/passwd, is not a web address",
        "http://user:secret@photos.example/, it holds a user",
        "http://2130706433/, not a web address"
    })
    void aRedirectMayNotLeadWhereNoListMay(String location, String why) {
        server.answer("/a", 302, "Location: " + location);
        assertRejected(server.address("/a"), RejectionReason.UNREADABLE, why);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:PORT/x, localhost has a private address",
        "http://127.0.0.1:PORT/x, 127.0.0.1 has a private address",
        "http://[::1]:PORT/x, has a private address",
        "http://[::ffff:127.0.0.1]:PORT/x, has a private address",
        "http://images.example:PORT/x, images.example has a private address",
        "http://169.254.169.254/x, has a link-local address"
    })
    void aPrivateAddressIsNotAskedUnlessItIsAllowed(String address, String why) {
        server.put("/x", FILE);
        WebReader careful = reader(WebClients.fast("public", 4));
        assertThatThrownBy(() -> read(careful, address.replace("PORT", "" + server.port())))
                .isInstanceOf(ImageRejectedException.class)
                .hasMessageContaining("not asked: ")
                .hasMessageContaining(why)
                .hasMessageContaining("--web-hosts does not allow it");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void credentialsAreNotUsed() {
        assertRejected("http://***@photos.example/x", RejectionReason.UNREADABLE, "holds credentials");
        assertRejected("http://photos.example/x?token=***", RejectionReason.UNREADABLE, "holds credentials");
        assertRejected("http://a b/x", RejectionReason.MISSING, "not a web address: no host");
    }

    @Test
    void aHostWithoutAddressIsARow() {
        assertRejected("http://no.example/x", RejectionReason.UNREADABLE, "the host has no address: no.example");
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        try (RawServer raw = RawServer.hangingAfter("")) {
            assertRejected(raw.address("/x"), RejectionReason.UNREADABLE, "4 attempts: Read timed out");
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
            assertRejected(raw.address("/x"), RejectionReason.UNREADABLE, "Maximum header count exceeded");
        }
        try (RawServer raw = RawServer.start((out, closed) -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(UTF_8));
            while (true) {
                out.write("y".repeat(8192).getBytes(UTF_8));
            }
        })) {
            assertRejected(raw.address("/x"), RejectionReason.UNREADABLE, "Maximum line length limit exceeded");
        }
    }

    @Test
    void aReadThatIsGivenUpClosesItsConnection() {
        try (RawServer raw = RawServer.hangingAfter("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")) {
            ImageRef ref = ImageRef.unlisted(raw.address("/x"));
            ObjectRead read = new ObjectRead(ref, reader.limits());
            read.start();
            Thread thread = new Thread(() -> {
                try {
                    reader.read(ref, pool, read);
                } catch (ImageRejectedException e) {
                    // nobody waits for it
                }
            });
            thread.start();
            Await.until("half has come", Duration.ofSeconds(5), () -> read.bytes() == 4);
            Instant start = Instant.now();
            assertThat(read.abandon()).isTrue();
            Await.until("the thread ends", Duration.ofSeconds(5), () -> !thread.isAlive());
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofMillis(600)); // the read's timeout
            assertThat(raw.connections()).isOne();
        }
    }

    private List<String> messages(Function<Integer, String> address, int count) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> {
                    try {
                        read(address.apply(i));
                        return "ok";
                    } catch (ImageRejectedException e) {
                        return e.getMessage();
                    }
                })
                .toList();
    }

    @Test
    void aHostHasOnlyAFewRequestsUnderWay() {
        for (int i = 0; i < 40; i++) {
            server.on("/" + i, exchange -> {
                Await.until("others come too", Duration.ofSeconds(5), () -> server.mostUnderWay() >= 2);
                WebServer.send(exchange, 200, FILE);
            });
        }
        WebReader shy = reader(WebClients.fast(WebClients.LOOPBACK, 2));
        assertThat(IntStream.range(0, 40).parallel().mapToObj(i -> {
                    try {
                        return bytes(read(shy, server.address("/" + i)));
                    } catch (ImageRejectedException e) {
                        return new byte[0];
                    }
                }))
                .allMatch(bytes -> Arrays.equals(bytes, FILE));
        assertThat(server.mostUnderWay()).isEqualTo(2);
    }

    @Test
    void waitingForOthersIsNoStall() {
        ObjectRead read = new ObjectRead(ImageRef.unlisted("http://photos.example/x"), reader.limits());
        read.start();
        read.waits();
        assertThat(read.isOverdue(Duration.ZERO)).isFalse();
        read.proceeds();
        assertThat(read.isOverdue(Duration.ofSeconds(-1))).isTrue();
    }

    @Test
    void aHostThatIsDownCostsItsOwnImagesAndIsTriedAgain() throws ImageRejectedException {
        server.put("/x", FILE);
        AtomicInteger answers = new AtomicInteger();
        try (RawServer raw = RawServer.start((out, closed) -> {
            if (answers.get() > 0) {
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".getBytes(UTF_8));
            }
        })) {
            List<String> messages = messages(i -> raw.address("/" + i), 200);
            assertThat(messages)
                    .allMatch(message -> message.startsWith("no file after ") || message.startsWith("not asked: "));
            assertThat(messages.get(199))
                    .matches("not asked: the host failed [12][0-9] requests in a row, the last with: .+");
            assertThat(raw.connections()).isLessThan(40);
            assertThat(bytes(read(server.address("/x")))).isEqualTo(FILE);
            answers.set(1);
            Await.until("the host is asked again", Duration.ofSeconds(10), () -> messages(i -> raw.address("/"), 1)
                    .equals(List.of("ok")));
            assertThat(messages(i -> raw.address("/" + i), 50)).containsOnly("ok");
        }
    }

    @Test
    void ifNoHostAnswersTheNetworkIsGone() throws ImageRejectedException {
        server.put("/x", FILE);
        read(server.address("/x"));
        for (int i = 1; i < StoreHealth.WEB_FAILURES; i++) {
            assertRejected("http://" + i + "no.example/x", RejectionReason.UNREADABLE, "the host has no address");
        }
        assertThatThrownBy(() -> read("http://last-no.example/x"))
                .isInstanceOf(StorageException.class)
                .hasMessageStartingWith(
                        "Cannot read many images in a row, the last of them http://last-no.example/x: the store does"
                                + " not answer (last-no.example).");
        read(server.address("/x"));
        assertRejected("http://no.example/x", RejectionReason.UNREADABLE, "the host has no address");
    }

    @Test
    void aFileThatIsLargerThanItsRoomIsReadLater() throws ImageRejectedException {
        server.put("/large", body(70_000)).on("/chunked", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body(70_000));
            }
        });
        for (String path : List.of("/large", "/chunked")) {
            ImageRef ref = ImageRef.unlisted(server.address(path));
            ObjectRead read = new ObjectRead(ref, reader.limits());
            read.limitRoom(65_536);
            assertThatThrownBy(() -> reader.read(ref, pool, read)).isInstanceOf(NoRoomException.class);
        }
        List<ImageRef> refs =
                List.of(ImageRef.unlisted(server.address("/large")), ImageRef.unlisted(server.address("/chunked")));
        try (Prefetch<ImageRef> prefetch = new Prefetch<>(refs.iterator(), ref -> ref, reader, 2, 131_072)) {
            while (prefetch.hasNext()) {
                assertThat(prefetch.next().bytes().length()).isEqualTo(70_000);
            }
        }
    }
}
