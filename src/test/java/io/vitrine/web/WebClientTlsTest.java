package io.vitrine.web;

import static io.vitrine.web.WebClients.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.testkit.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates are accepted. */
final class WebClientTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

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
}
