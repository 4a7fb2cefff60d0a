package io.vitrine.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** A web server on loopback, whose files and faults a test gives. Other paths are answered with 404. */
public final class WebServer implements AutoCloseable {
    private final HttpServer server;
    private final String scheme;
    private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "web-server");
        thread.setDaemon(true);
        return thread;
    });

    private WebServer(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Starts a server for {@code http}. */
    public static WebServer start() {
        try {
            return new WebServer(HttpServer.create(loopback(), 0), "http");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server for {@code https}. */
    public static WebServer start(SSLContext tls) {
        try {
            HttpsServer server = HttpsServer.create(loopback(), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls));
            return new WebServer(server, "https");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** The address of a path, at the loopback address. */
    public String address(String path) {
        return address("127.0.0.1", path);
    }

    /** The address of a path at {@code host}, which a test lets lead to this server. */
    public String address(String host, String path) {
        return scheme + "://" + host + ":" + port() + path;
    }

    /** Serves {@code body} at a path, as it is requested, with {@code headers} of the form {@code Name: value}. */
    public WebServer put(String path, byte[] body, String... headers) {
        return on(path, exchange -> send(exchange, 200, body, headers));
    }

    /** Answers requests of a path with a status, without body. */
    public WebServer answer(String path, int status, String... headers) {
        return on(path, exchange -> send(exchange, status, new byte[0], headers));
    }

    /** Answers requests of a path. */
    public WebServer on(String path, HttpHandler handler) {
        handlers.put(path, handler);
        return this;
    }

    /** Sends a whole answer. */
    public static void send(HttpExchange exchange, int status, byte[] body, String... headers) throws IOException {
        for (String header : headers) {
            exchange.getResponseHeaders()
                    .add(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 2));
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Paths with queries, in the order of their requests. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** The most requests that were under way at the same time. */
    public int mostUnderWay() {
        return mostUnderWay.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String target = exchange.getRequestURI().toString();
        requests.add(target);
        mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try (exchange) {
            handlers.getOrDefault(target, missing -> send(missing, 404, new byte[] {'?'}))
                    .handle(exchange);
        } finally {
            underWay.decrementAndGet();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
