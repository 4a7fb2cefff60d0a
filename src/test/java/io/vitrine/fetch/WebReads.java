package io.vitrine.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import io.vitrine.testkit.WebServer;
import io.vitrine.web.WebClient;
import io.vitrine.web.WebClients;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A web server of a test, and a reader that may ask it. */
final class WebReads implements AfterEachCallback {
    static final int MAX_BYTES = 100_000;
    static final byte[] FILE = "not really an image".getBytes(UTF_8);

    private final WebServer server = WebServer.start();
    private final WebReader reader = reader(WebClients.fast(WebClients.LOOPBACK + ",*.example", 4));
    private final ByteArrayPool pool = new ByteArrayPool(1 << 20);

    static WebReader reader(WebClient client) {
        return new WebReader(client, MAX_BYTES, new ReadLimits(Duration.ofSeconds(20), 1));
    }

    WebServer server() {
        return server;
    }

    WebReader reader() {
        return reader;
    }

    ByteArrayPool pool() {
        return pool;
    }

    SourceReader.Content read(String address) throws ImageRejectedException {
        return read(reader, address);
    }

    SourceReader.Content read(WebReader by, String address) throws ImageRejectedException {
        ImageRef ref = ImageRef.unlisted(address);
        ObjectRead read = new ObjectRead(ref, by.limits());
        read.start();
        return by.read(by.stat(ref, read), pool, read);
    }

    static byte[] bytes(SourceReader.Content content) {
        return Arrays.copyOf(content.bytes().array(), content.bytes().length());
    }

    void assertRejected(String address, RejectionReason reason, String message) {
        assertThatThrownBy(() -> read(address))
                .isInstanceOfSatisfying(ImageRejectedException.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(reason))
                .hasMessageContaining(message);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        server.close();
    }
}
