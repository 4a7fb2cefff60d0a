package io.vitrine.fetch;

import static io.vitrine.fetch.WebReads.FILE;
import static io.vitrine.fetch.WebReads.MAX_BYTES;
import static io.vitrine.fetch.WebReads.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import io.vitrine.testkit.RawServer;
import io.vitrine.testkit.WebServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of any length and encoding: whole or not at all, and never more than the limit. */
final class WebReaderBodiesTest {
    @RegisterExtension
    private final WebReads web = new WebReads();

    private final WebServer server = web.server();

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
            web.assertRejected(raw.address("/x"), RejectionReason.UNREADABLE, "no file after ");
            assertThat(raw.connections()).isEqualTo(WebReader.ATTEMPTS);
        }
    }

    @Test
    void aBodyWithoutLengthEndsWithItsConnection() throws ImageRejectedException {
        try (RawServer raw = RawServer.saying("HTTP/1.0 200 OK\r\n\r\nfile")) {
            assertThat(bytes(web.read(raw.address("/x")))).isEqualTo("file".getBytes(UTF_8));
        }
    }

    @Test
    void anEmptyBodyIsAnEmptyFile() throws ImageRejectedException {
        server.answer("/x", 200);
        assertThat(web.read(server.address("/x")).bytes().length()).isZero();
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
        assertThat(bytes(web.read(server.address("/announced")))).isEqualTo(body);
        assertThat(bytes(web.read(server.address("/chunked")))).isEqualTo(body);
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
        web.assertRejected(server.address("/announced"), RejectionReason.TOO_LARGE, "more than 100000 bytes");
        web.assertRejected(server.address("/endless"), RejectionReason.TOO_LARGE, "the limit (--max-image-bytes)");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void anAnnouncedLengthCostsNoMemory() {
        try (RawServer raw = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nx")) {
            web.assertRejected(raw.address("/x"), RejectionReason.TOO_LARGE, "more than 100000 bytes");
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
        assertThat(bytes(web.read(server.address("/gzip")))).isEqualTo(FILE);
        assertThat(bytes(web.read(server.address("/zlib")))).isEqualTo(FILE);
        assertThat(bytes(web.read(server.address("/plain")))).isEqualTo(FILE);
        web.assertRejected(server.address("/br"), RejectionReason.UNREADABLE, "content encoding 'br' is not read");
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
        web.assertRejected(server.address("/bomb"), RejectionReason.TOO_LARGE, "more than 100000 bytes");
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
            ObjectRead read = new ObjectRead(ref, web.reader().limits());
            read.limitRoom(65_536);
            assertThatThrownBy(() -> web.reader().read(ref, web.pool(), read)).isInstanceOf(NoRoomException.class);
        }
        List<ImageRef> refs =
                List.of(ImageRef.unlisted(server.address("/large")), ImageRef.unlisted(server.address("/chunked")));
        try (Prefetch<ImageRef> prefetch = new Prefetch<>(refs.iterator(), ref -> ref, web.reader(), 2, 131_072)) {
            while (prefetch.hasNext()) {
                assertThat(prefetch.next().bytes().length()).isEqualTo(70_000);
            }
        }
    }
}
