package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.Vitrine;
import io.vitrine.image.Pictures;
import io.vitrine.index.IndexBuild;
import io.vitrine.index.IndexRequest;
import io.vitrine.index.Metric;
import io.vitrine.job.Extract;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.Chromium;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/search --serve} in a process of its own, on six drawn pictures and the demo checkpoint. */
final class ServedSearchIT {
    private static final String SERVING = "Serving http://127.0.0.1:";

    @TempDir
    private static Path folder;

    private static Process server;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < 6; i++) {
            Files.write(pictures.resolve(i + " <b>.png"), Pictures.drawn("png", 40 + i, 30, i));
        }
        try (SparkSession spark = LocalSpark.session()) {
            String features = folder.resolve("features").toString();
            Extract.run(
                    spark,
                    ExtractRequests.builder(folder)
                            .input(pictures.toString())
                            .output(features)
                            .columns("pooler_output")
                            .build());
            String index = folder.resolve("index").toString();
            new IndexBuild(spark, IndexRequest.of(features, "pooler_output", Metric.COSINE, index)).run(line -> {});
        }
        server = serve("server", 0);
        Await.until("the server", Duration.ofMinutes(2), () -> {
            assertThat(server.isAlive()).as(read("server.err")).isTrue();
            return read("server.out").contains(SERVING);
        });
        String line = read("server.out");
        port = Integer.parseInt(line.substring(line.indexOf(SERVING) + SERVING.length(), line.indexOf("/ until")));
    }

    private static Process serve(String name, int asked, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-") || option.startsWith("-XX:+"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), Vitrine.class.getName()));
        command.addAll(List.of("search", "--index", folder.resolve("index").toString(), "--serve", "" + asked));
        command.addAll(List.of("--model-cache", folder.resolve("cache").toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile())
                .start();
    }

    private static String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            return "";
        }
    }

    @AfterAll
    static void stop() throws Exception {
        server.destroy(); // SIGTERM
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).as(read("server.err")).isEqualTo(143);
    }

    /** Status, then body. */
    private record Reply(int status, String headers, String body) {
        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(body);
        }
    }

    private static Reply send(String method, String target, byte[] body, String... headers) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        if (Arrays.stream(headers).noneMatch(header -> header.startsWith("Host:"))) {
            head.append("Host: localhost:").append(port).append("\r\n");
        }
        Arrays.stream(headers).forEach(header -> head.append(header).append("\r\n"));
        head.append("Connection: close\r\nContent-Length: ").append(body.length).append("\r\n\r\n");
        request.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        request.writeBytes(body);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(120_000);
            try {
                socket.getOutputStream().write(request.toByteArray());
            } catch (IOException e) {
                // the server has read enough
            }
            String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = reply.indexOf("\r\n\r\n");
            return new Reply(
                    Integer.parseInt(reply.substring(9, 12)), reply.substring(0, end), reply.substring(end + 4));
        }
    }

    private static Reply get(String target, String... headers) throws IOException {
        return send("GET", target, new byte[0], headers);
    }

    private static byte[] picture(int i) throws IOException {
        return Files.readAllBytes(folder.resolve("pictures/" + i + " <b>.png"));
    }

    private static String row(int i) {
        return URLEncoder.encode("file:" + folder.resolve("pictures/" + i + " <b>.png"), StandardCharsets.UTF_8);
    }

    @Test
    void aPictureIsAnsweredInJson() throws IOException {
        for (int i = 0; i < 3; i++) {
            Reply reply = send("POST", "/api/search?top=2", picture(i), "Content-Type: image/png");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("hits")).hasSize(2);
            assertThat(reply.json().path("hits").path(0).path("path").asText()).endsWith("/" + i + " <b>.png");
        }
        assertThat(get("/api/search?row=" + row(4))
                        .json()
                        .path("hits")
                        .path(0)
                        .path("path")
                        .asText())
                .endsWith("/4 <b>.png");
        Reply broken = send("POST", "/api/search", "no picture".getBytes(StandardCharsets.UTF_8));
        assertThat(broken.status()).isEqualTo(422);
        assertThat(broken.json().path("error").asText()).startsWith("not_an_image: ");
    }

    @Test
    void aFormIsAnsweredWithAPage() throws IOException {
        Reply empty = get("/");
        assertThat(empty.status()).isEqualTo(200);
        assertThat(empty.body()).contains("type=\"file\"", "name=\"row\"").doesNotContain("name=\"text\"", "<script");
        assertThat(empty.headers())
                .contains("form-action 'self'; frame-ancestors 'none'")
                .contains("X-content-type-options: nosniff");
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes("--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"<i>.png\"\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(picture(2));
        form.writeBytes("\r\n--b\r\nContent-Disposition: form-data; name=\"top\"\r\n\r\n3\r\n--b--\r\n"
                .getBytes(StandardCharsets.UTF_8));
        Reply page = send(
                "POST",
                "/",
                form.toByteArray(),
                "Content-Type: multipart/form-data; boundary=b",
                "Origin: http://localhost:" + port);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("&lt;i&gt;.png", "/2 &lt;b&gt;.png").doesNotContain("<i>", "2 <b>.png");
        assertThat(page.body().split("<img src=\"data:image/jpeg;base64,", -1)).hasSize(1 + 1 + 3);
        assertThat(page.body()).contains("href=\"/?row=file%3A");
    }

    @Test
    void whatIsNotForThisServerIsRefused() throws IOException {
        Reply rebound = get("/", "Host: attacker.example:" + port);
        Reply foreign = send("POST", "/", picture(1), "Origin: https://attacker.example");
        assertThat(rebound.status()).isEqualTo(421);
        assertThat(foreign.status()).isEqualTo(403);
        for (Reply refused : List.of(rebound, foreign)) {
            assertThat(refused.headers()).contains("Content-type: text/plain");
            assertThat(refused.body()).as("one line").hasLineCount(1);
            assertThat(refused.headers() + refused.body()).doesNotContain(folder.toString(), "pooler_output");
        }
        assertThat(get("/../../etc/passwd").status()).isEqualTo(404);
        assertThat(get("/pictures/1.png").status()).isEqualTo(404);
        assertThat(send("PUT", "/", picture(1)).status()).isEqualTo(405);
        assertThat(get("/api/search").status()).isEqualTo(400);
        assertThat(get("/api/search?top=0&row=" + row(1)).json().path("error").asText())
                .contains("must be from 1 to 100");
        Reply outside = get("/api/search?row=%2Fetc%2Fpasswd");
        assertThat(outside.status()).isEqualTo(400);
        assertThat(outside.json().path("error").asText()).contains("The index has no image file:/etc/passwd");
        assertThat(get("/?row=%2Fetc%2Fpasswd").body())
                .contains("role=\"alert\"")
                .doesNotContain("<img");
        assertThat(get("/?text=a+cat").body()).contains("which can&#x27;t be compared with texts");
        assertThat(get("/?row=%zz").status()).isEqualTo(400);
        assertThat(send("POST", "/api/search", new byte[(32 << 20) + 1]).status())
                .isEqualTo(413);
    }

    private static Reply form(String target, String... fields) throws IOException {
        StringBuilder form = new StringBuilder();
        for (String field : fields) {
            String[] parts = field.split("=", 2);
            form.append("--b\r\nContent-Disposition: form-data; name=\"" + parts[0] + "\"\r\n\r\n" + parts[1] + "\r\n");
        }
        byte[] body = (form + "--b--\r\n").getBytes(StandardCharsets.UTF_8);
        return send("POST", target, body, "Content-Type: multipart/form-data; boundary=b");
    }

    @Test
    void fieldsAreHonouredOrRefused() throws IOException {
        String row = "row=file:" + folder.resolve("pictures/4 <b>.png");
        Reply found = form("/api/search", row, "top=2");
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.json().path("hits")).hasSize(2);
        assertThat(found.json().path("hits").path(0).path("path").asText()).endsWith("/4 <b>.png");
        assertThat(send("POST", "/api/search?top=1&row=" + row(4), new byte[0]).json())
                .isEqualTo(get("/api/search?top=1&row=" + row(4)).json());
        assertThat(form("/api/search", "text=a red shoe").body()).contains("can't be compared with texts");
        assertThat(form("/api/search", "file=x").body()).contains("There is no field 'file'");
        assertThat(form("/api/search?top=3", row, "top=2").body()).contains("The field top is there twice");
        assertThat(form("/api/search", row, "picture=x").body()).contains("not for several at a time");
        assertThat(form("/api/search", "picture=").body()).contains("the field picture, or the body, has no bytes");
        assertThat(form("/api/search", "row=" + "x".repeat(20_000)).status()).isEqualTo(413);
        assertThat(get("/api/search?tpo=5&row=" + row(4)).body()).contains("There is no field 'tpo'");
        assertThat(send("POST", "/api/search?row=" + row(4), picture(1)).status())
                .isEqualTo(400);
        Reply encoded = send(
                "POST",
                "/api/search",
                "text=a".getBytes(StandardCharsets.UTF_8),
                "Content-Type: application/x-www-form-urlencoded");
        assertThat(encoded.status()).isEqualTo(415);
        assertThat(encoded.json().path("error").asText()).contains("as multipart/form-data");
    }

    @Test
    void aBrowserShowsWhatIsServed() throws IOException {
        Optional<Chromium> chromium = Chromium.find(folder);
        assumeTrue(chromium.isPresent(), "chromium is not installed: the page is not opened in a browser");
        Path saved = folder.resolve("served.html");
        Files.writeString(saved, get("/?row=" + row(3)).body());
        Chromium.Page shown = chromium.get().open(saved);
        assertThat(shown.requests()).isEmpty();
        assertThat(shown.log()).doesNotContain("CONSOLE").doesNotContain("Content Security Policy");
        assertThat(shown.dom()).contains("Images near the image of the index", "/3 &lt;b&gt;.png");
        assertThat(shown.dom().split("<img src=\"data:image/jpeg;base64,", -1)).hasSize(1 + 1 + 6);
    }

    @Test
    void anotherCheckpointAndATakenPortEndTheCommand() throws Exception {
        Path other = Path.of("src/test/resources/oracle2/checkpoints/clip-full").toAbsolutePath();
        Process refused = serve("refused", 0, "--model", other.toString());
        assertThat(refused.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(3);
        assertThat(read("refused.err")).contains("their vectors can't be compared");
        Process taken = serve("taken", port);
        assertThat(taken.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(taken.exitValue()).isEqualTo(3);
        assertThat(read("taken.err")).contains("Cannot listen on port " + port);
    }
}
