package io.vitrine.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.vitrine.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * An HTTP server that behaves like the Hub. Large files answer with a redirect to another host, which takes range requests and
 * refuses tokens. Gated, private and missing repositories and files are refused with the Hub's statuses and codes.
 */
public final class FakeHub implements AutoCloseable {
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    public static final String TOKEN = "hf_secret";

    private final HttpServer hub;
    private final HttpServer store;
    private final Map<String, Map<String, byte[]>> repositories = new HashMap<>();
    private final Map<String, String> renamed = new HashMap<>();
    private final List<String> gated = new ArrayList<>();

    /** All requests: method, path, and the range of a download. */
    public final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    /** After how many bytes the store's next answers end, one number per answer. */
    public final List<Integer> cuts = Collections.synchronizedList(new ArrayList<>());

    /** Statuses of the Hub's next answers, which then have no contents. */
    public final List<Integer> failures = Collections.synchronizedList(new ArrayList<>());

    /** Statuses of its next lists of files, which then have no contents. */
    public final List<Integer> listFailures = Collections.synchronizedList(new ArrayList<>());

    /** Sent instead of a large file's contents, if not null. */
    public volatile byte[] falseContents;

    /** Sent instead of all etags, if not null. */
    public volatile String falseEtag;

    public FakeHub() throws IOException {
        hub = start(this::answer);
        store = start(this::download);
    }

    private static HttpServer start(HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", handler);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        return server;
    }

    public String endpoint() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    /** Serves every file of {@code folder} as {@code repository}. */
    public FakeHub serve(String repository, Path folder) throws IOException {
        Map<String, byte[]> files = repositories.computeIfAbsent(repository, name -> new HashMap<>());
        try (var paths = Files.list(folder)) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return this;
    }

    public FakeHub gate(String repository) {
        gated.add(repository);
        return this;
    }

    public FakeHub rename(String from, String to) {
        renamed.put(from, to);
        return this;
    }

    /** The etag of a file: its SHA-256 if it is large. */
    public static String etag(String name, byte[] content) {
        return isLarge(name) ? Sha256.hex(content) : Sha256.hex(content).substring(0, 40);
    }

    private static boolean isLarge(String name) {
        return !name.endsWith(".json");
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
        if (!failures.isEmpty()) {
            status(exchange, failures.remove(0), null);
            return;
        }
        String[] path =
                exchange.getRequestURI().getRawPath().split("/", -1); // , organisation, name, resolve, revision, file
        if (path[1].equals("api")) { // , api, models, organisation, name, revision, revision
            list(exchange, path[3] + "/" + path[4]);
            return;
        }
        String repository = path[1] + "/" + path[2];
        if (renamed.containsKey(repository)) {
            exchange.getResponseHeaders()
                    .add("Location", "/" + renamed.get(repository) + "/resolve/" + path[4] + "/" + path[5]);
            status(exchange, 307, null);
            return;
        }
        String revision = URLDecoder.decode(path[4], StandardCharsets.UTF_8);
        boolean known = ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!repositories.containsKey(repository)) {
            status(exchange, known ? 404 : 401, "RepoNotFound"); // does not tell whether it is private
        } else if (gated.contains(repository) && !known) {
            status(exchange, 401, "GatedRepo");
        } else if (!List.of("main", "refs/pr/1", COMMIT).contains(revision)) {
            status(exchange, 404, "RevisionNotFound");
        } else if (!repositories.get(repository).containsKey(decoded(path[5]))) {
            status(exchange, 404, "EntryNotFound");
        } else {
            file(exchange, repository, decoded(path[5]));
        }
    }

    private static String decoded(String name) {
        return URI.create("/" + name).getPath().substring(1);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void list(HttpExchange exchange, String repository) throws IOException {
        if (!listFailures.isEmpty()) {
            status(exchange, listFailures.remove(0), null);
            return;
        }
        if (!repositories.containsKey(repository)) {
            status(exchange, 404, "RepoNotFound");
            return;
        }
        String names = repositories.get(repository).keySet().stream()
                .map(name -> "{\"rfilename\": \"" + name + "\"}")
                .collect(Collectors.joining(", ", "{\"siblings\": [", "]}"));
        byte[] json = names.getBytes(StandardCharsets.UTF_8);
        send(exchange, 200, json, json.length);
    }

    private void file(HttpExchange exchange, String repository, String name) throws IOException {
        byte[] content = repositories.get(repository).get(name);
        String etag = "\"" + (falseEtag == null ? etag(name, content) : falseEtag) + "\"";
        exchange.getResponseHeaders().add("X-Repo-Commit", COMMIT);
        if (isLarge(name)) {
            exchange.getResponseHeaders().add("X-Linked-Etag", etag);
            exchange.getResponseHeaders().add("X-Linked-Size", Integer.toString(content.length));
            exchange.getResponseHeaders()
                    .add(
                            "Location",
                            "http://localhost:" + store.getAddress().getPort() + "/" + repository + "/"
                                    + encoded(name)
                                    + "?signature=1");
            status(exchange, 302, null);
            return;
        }
        exchange.getResponseHeaders().add("ETag", etag);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        } else {
            send(exchange, 200, content, content.length);
        }
    }

    private void download(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add("STORE " + exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
        if (exchange.getRequestHeaders().containsKey("Authorization")) {
            status(exchange, 400, "a token for another host");
            return;
        }
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        byte[] content = repositories.get(path[1] + "/" + path[2]).get(path[3]);
        if (falseContents != null) {
            content = falseContents;
        }
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        byte[] rest = Arrays.copyOfRange(content, from, content.length);
        int sent = cuts.isEmpty() ? rest.length : Math.min(rest.length, cuts.remove(0));
        send(exchange, from > 0 ? 206 : 200, rest, sent);
    }

    /** Announces all of {@code content} and sends its first {@code sent} bytes. */
    private static void send(HttpExchange exchange, int status, byte[] content, int sent) throws IOException {
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content, 0, sent);
        exchange.getResponseBody().flush();
        if (sent < content.length) {
            throw new IOException("cut"); // the server closes the connection
        }
        exchange.close();
    }

    private static void status(HttpExchange exchange, int status, String code) throws IOException {
        if (code != null) {
            exchange.getResponseHeaders().add("X-Error-Code", code);
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Override
    public void close() {
        hub.stop(0);
        store.stop(0);
    }
}
