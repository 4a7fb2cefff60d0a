package io.vitrine.fetch;

import static io.vitrine.fetch.WebReads.FILE;
import static io.vitrine.fetch.WebReads.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.testkit.WebServer;
import io.vitrine.web.WebClients;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects, and hosts that neither they nor a list may name. */
final class WebReaderRedirectsTest {
    @RegisterExtension
    private final WebReads web = new WebReads();

    private final WebServer server = web.server();

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreFollowed(int status) throws ImageRejectedException {
        server.answer("/a", status, "Location: b/../c?x=1#top")
                .answer("/c?x=1", status, "Location: " + server.address("photos.example", "/caf\u00c3\u00a9"))
                .put("/caf%C3%A9", FILE);
        assertThat(bytes(web.read(server.address("/a")))).isEqualTo(FILE);
        assertThat(web.read(server.address("/a")).ref().path()).isEqualTo(server.address("/a"));
    }

    @Test
    void redirectsEnd() {
        server.answer("/a", 302, "Location: /a");
        web.assertRejected(server.address("/a"), RejectionReason.UNREADABLE, "it redirects more than 10 times");
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
        web.assertRejected(server.address("/a"), RejectionReason.UNREADABLE, why);
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
        WebReader careful = WebReads.reader(WebClients.fast("public", 4));
        assertThatThrownBy(() -> web.read(careful, address.replace("PORT", "" + server.port())))
                .isInstanceOf(ImageRejectedException.class)
                .hasMessageContaining("not asked: ")
                .hasMessageContaining(why)
                .hasMessageContaining("--web-hosts does not allow it");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void credentialsAreNotUsed() {
        web.assertRejected("http://***@photos.example/x", RejectionReason.UNREADABLE, "holds credentials");
        web.assertRejected("http://photos.example/x?token=***", RejectionReason.UNREADABLE, "holds credentials");
        web.assertRejected("http://a b/x", RejectionReason.MISSING, "not a web address: no host");
    }
}
